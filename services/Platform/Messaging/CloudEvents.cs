using System.Globalization;
using System.Text;
using ECommerce.Channels.Contracts;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>CloudEvents 1.0 in binary mode: attributes as headers.</summary>
public static class CloudEvents
{
    private static readonly byte[] Version = "1.0"u8.ToArray();

    public static List<LogHeader> Write(Envelope envelope)
    {
        List<LogHeader> headers =
        [
            new(EnvelopeHeaders.SpecVersion, Version),
            Text(EnvelopeHeaders.Id, envelope.Id),
            Text(EnvelopeHeaders.Source, envelope.Source),
            Text(EnvelopeHeaders.Type, envelope.Type),
            Text(EnvelopeHeaders.Time, envelope.Time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
            Text(EnvelopeHeaders.ContentType, envelope.ContentType),
        ];
        if (envelope.Sequence is { } sequence) headers.Add(Text(EnvelopeHeaders.Sequence, sequence.ToString(CultureInfo.InvariantCulture)));
        if (envelope.Subject is { } subject) headers.Add(Text(EnvelopeHeaders.Subject, subject));
        return headers;
    }

    /// <summary>The envelope of a record; null where it has none, or one that lacks a required attribute.</summary>
    public static Envelope? Read(IReadOnlyList<LogHeader> headers)
    {
        if (Find(headers, EnvelopeHeaders.SpecVersion) != "1.0"
            || Find(headers, EnvelopeHeaders.Id) is not { Length: > 0 } id
            || Find(headers, EnvelopeHeaders.Source) is not { Length: > 0 } source
            || Find(headers, EnvelopeHeaders.Type) is not { Length: > 0 } type)
            return null;
        return new Envelope(id, source, type, Time(Find(headers, EnvelopeHeaders.Time)))
        {
            Sequence = long.TryParse(Find(headers, EnvelopeHeaders.Sequence), NumberStyles.Integer, CultureInfo.InvariantCulture, out var sequence) ? sequence : null,
            Subject = Find(headers, EnvelopeHeaders.Subject),
            ContentType = Find(headers, EnvelopeHeaders.ContentType) ?? "application/json",
        };
    }

    /// <summary>The last header of the name, as text.</summary>
    public static string? Find(IReadOnlyList<LogHeader> headers, string name)
    {
        for (var i = headers.Count - 1; i >= 0; i--)
            if (headers[i].Name == name) return Encoding.UTF8.GetString(headers[i].Value);
        return null;
    }

    internal static LogHeader Text(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    private static DateTimeOffset Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : default;
}
