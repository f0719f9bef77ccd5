using System.Text.Json;
using System.Text.Json.Serialization;

namespace ECommerce.Channels.Contracts.Transactions;

/// <summary>How a transaction ended.</summary>
[JsonConverter(typeof(OutcomeNames))]
public enum Outcome : byte
{
    /// <summary>成功: done.</summary>
    Success,

    /// <summary>失败: the channel or a system behind it could not do it.</summary>
    Failed,

    /// <summary>放弃: the customer left or cancelled.</summary>
    Abandoned,
}

/// <summary>
/// One transaction of one customer on one channel, as it is on the topic <c>channels.transactions</c>; all of it is in the record's
/// value, the key is the customer. Its identity is source, id, customer and the minute of <see cref="At"/>: the same again is a
/// repeat. Fields that are not there are not written; fields that a reader does not know are to be ignored.
/// </summary>
/// <param name="Id">1 to 64 of <c>A-Z a-z 0-9 . _ : -</c>, unique within the source.</param>
/// <param name="Source">Which feed it came by; a code.</param>
/// <param name="At">When it ended, by the operator's clock, in milliseconds.</param>
/// <param name="Customer">The pseudonym: <c>c_</c> and 1 to 62 of <c>A-Z a-z 0-9 _ -</c>; never a phone number.</param>
/// <param name="Channel">A code of the catalogue; anything else counts as unknown and is kept.</param>
/// <param name="Service">A code of the catalogue, likewise.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Region">Where; missing counts as none.</param>
/// <param name="Brand">The customer's brand; missing counts as none.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="Amount">In fen, not negative.</param>
/// <param name="DurationMs">How long it took, in milliseconds, up to a day.</param>
/// <param name="Assisted">An employee did it.</param>
/// <param name="Task">What several transactions of one matter have in common.</param>
/// <param name="Decision">The decision that led here.</param>
/// <param name="Import">The import it came by; with <paramref name="Row"/> it tells a chunk that was sent again from a repeat.</param>
/// <param name="Row">Row of the imported file, from 1.</param>
/// <param name="History">It may be older than 400 days.</param>
public sealed record TransactionRecorded(
    [property: JsonPropertyName(TransactionFields.Id)] string Id,
    [property: JsonPropertyName(TransactionFields.Source)] string Source,
    [property: JsonPropertyName(TransactionFields.At), JsonConverter(typeof(Milliseconds))] DateTimeOffset At,
    [property: JsonPropertyName(TransactionFields.Customer)] string Customer,
    [property: JsonPropertyName(TransactionFields.Channel)] string Channel,
    [property: JsonPropertyName(TransactionFields.Service)] string Service,
    [property: JsonPropertyName(TransactionFields.Outcome), JsonIgnore(Condition = JsonIgnoreCondition.Never)] Outcome Outcome,
    [property: JsonPropertyName(TransactionFields.Region)] string? Region = null,
    [property: JsonPropertyName(TransactionFields.Brand)] string? Brand = null,
    [property: JsonPropertyName(TransactionFields.Reason)] string? Reason = null,
    [property: JsonPropertyName(TransactionFields.Amount)] long? Amount = null,
    [property: JsonPropertyName(TransactionFields.DurationMs)] int? DurationMs = null,
    [property: JsonPropertyName(TransactionFields.Assisted)] bool Assisted = false,
    [property: JsonPropertyName(TransactionFields.Task)] string? Task = null,
    [property: JsonPropertyName(TransactionFields.Decision)] string? Decision = null,
    [property: JsonPropertyName(TransactionFields.Import)] string? Import = null,
    [property: JsonPropertyName(TransactionFields.Row)] int? Row = null,
    [property: JsonPropertyName(TransactionFields.History)] bool History = false)
{
    /// <summary>Name of the event's type, in <c>ce_type</c> where a producer sends it.</summary>
    public const string Type = "channels.transaction.recorded.v1";

    /// <exception cref="JsonException">The bytes are not such an event. Lengths and characters are not judged here; see <see cref="Schema"/>.</exception>
    public static TransactionRecorded Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, TransactionJson.Default.TransactionRecorded) ?? throw new JsonException("null is no transaction");

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, TransactionJson.Default.TransactionRecorded);

    /// <summary>The type's JSON Schema (2020-12).</summary>
    public static string Schema => Resource("schema.json");

    /// <summary>Examples, one JSON object a line: the first has every field, the second only those it must have.</summary>
    public static string Sample => Resource("sample.ndjson");

    private static string Resource(string name)
    {
        using var stream = typeof(TransactionRecorded).Assembly.GetManifestResourceStream($"{Type}.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>Names of the fields as they are on the wire.</summary>
public static class TransactionFields
{
    public const string Id = "id";
    public const string Source = "source";
    public const string At = "at";
    public const string Customer = "customer";
    public const string Channel = "channel";
    public const string Service = "service";
    public const string Region = "region";
    public const string Brand = "brand";
    public const string Outcome = "outcome";
    public const string Reason = "reason";
    public const string Amount = "amount";
    public const string DurationMs = "durationMs";
    public const string Assisted = "assisted";
    public const string Task = "task";
    public const string Decision = "decision";
    public const string Import = "import";
    public const string Row = "row";
    public const string History = "history";

    public static readonly IReadOnlyList<string> All =
        [Id, Source, At, Customer, Channel, Service, Region, Brand, Outcome, Reason, Amount, DurationMs, Assisted, Task, Decision, Import, Row, History];
}

/// <summary>RFC 3339 with offset and exactly three digits of a second.</summary>
internal sealed class Milliseconds : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString() ?? "";
        // A time without an offset would be read as one of this machine's zone.
        var withOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-');
        return withOffset && reader.TryGetDateTimeOffset(out var at)
            ? new DateTimeOffset(at.Ticks - (at.Ticks % TimeSpan.TicksPerMillisecond), at.Offset)
            : throw new JsonException("at is no time with an offset");
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(value.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss.fff'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fffzzz"));
}

/// <summary><c>success</c>, <c>failed</c>, <c>abandoned</c>, and nothing else: no number, no other case.</summary>
internal sealed class OutcomeNames : JsonConverter<Outcome>
{
    public override Outcome Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString() switch
    {
        "success" => Outcome.Success,
        "failed" => Outcome.Failed,
        "abandoned" => Outcome.Abandoned,
        _ => throw new JsonException("outcome is none of success, failed, abandoned"),
    };

    public override void Write(Utf8JsonWriter writer, Outcome value, JsonSerializerOptions options) => writer.WriteStringValue(value switch
    {
        Outcome.Success => "success",
        Outcome.Failed => "failed",
        Outcome.Abandoned => "abandoned",
        _ => throw new JsonException($"{(byte)value} is no outcome"),
    });
}

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TransactionRecorded))]
internal sealed partial class TransactionJson : JsonSerializerContext;
