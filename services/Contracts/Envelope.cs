namespace ECommerce.Channels.Contracts;

/// <summary>
/// What a business event says about itself, CloudEvents 1.0. In the event log it travels in binary mode: these attributes are headers,
/// the value is the data.
/// </summary>
/// <param name="Id">Unique within the source.</param>
/// <param name="Source">Who says it: <c>/channels/care</c>.</param>
/// <param name="Type"><c>channels.&lt;noun&gt;.&lt;past participle&gt;.v&lt;N&gt;</c>.</param>
/// <param name="Time">When it happened.</param>
public sealed record Envelope(string Id, string Source, string Type, DateTimeOffset Time)
{
    /// <summary>Version of the aggregate; consumers ignore what is not above the last one they saw of its subject.</summary>
    public long? Sequence { get; init; }

    /// <summary>The aggregate that <see cref="Sequence"/> counts, where it is not the record's key.</summary>
    public string? Subject { get; init; }

    public string ContentType { get; init; } = "application/json";
}

/// <summary>Names of the headers, as the Kafka binding of CloudEvents has them.</summary>
public static class EnvelopeHeaders
{
    public const string SpecVersion = "ce_specversion";
    public const string Id = "ce_id";
    public const string Source = "ce_source";
    public const string Type = "ce_type";
    public const string Time = "ce_time";
    public const string Subject = "ce_subject";

    /// <summary>The CloudEvents extension of that name; a decimal number here.</summary>
    public const string Sequence = "ce_sequence";

    public const string ContentType = "content-type";
    public const string TraceParent = "traceparent";
    public const string TraceState = "tracestate";
}
