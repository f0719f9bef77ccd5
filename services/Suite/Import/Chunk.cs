using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ECommerce.Channels.Imports;

namespace ECommerce.Channels.Suite.Import;

/// <summary>A rejected row, as the reject file and the counts know it.</summary>
internal sealed record Reject(long Row, long Line, string Cause, string Raw);

/// <summary>
/// Up to <see cref="Rows"/> consecutive rows of the file: what is sent of them, and what is rejected. Rows are cut into chunks by their
/// number alone, so that the same file gives the same chunks whenever it is read.
/// </summary>
internal sealed class Chunk(long number) : IDisposable
{
    /// <summary>Rows of a chunk: at most 50,000 lines and 16 MiB are taken at once, and this many of the longest rows are less.</summary>
    public const int Rows = 4000;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> lines = new(1 << 16);
    private readonly List<(SourceRow Row, int Start)> sent = [];
    private Utf8JsonWriter? writer;

    /// <summary>From 0.</summary>
    public long Number => number;

    /// <summary>The number of the last row in it; rows up to it are done when the chunk is.</summary>
    public long LastRow { get; private set; }

    /// <summary>Bytes of the file that had been read after it.</summary>
    public long FilePosition { get; set; }

    public List<Reject> Rejects { get; } = [];

    public int Lines => sent.Count;

    public void Add(SourceRow source, MappedRow? mapped, string? cause)
    {
        LastRow = source.Number;
        if (mapped is null)
        {
            Rejects.Add(new Reject(source.Number, source.Line, cause!, source.Raw));
            return;
        }
        sent.Add((source, lines.WrittenCount));
        Write(mapped, source.Number);
    }

    /// <summary>Newline-delimited JSON of the lines from <paramref name="line"/> (0 is the first) on.</summary>
    public ReadOnlyMemory<byte> Payload(int line = 0) => line >= sent.Count ? default : lines.WrittenMemory[sent[line].Start..];

    /// <summary>The ingestion refused a line of the payload.</summary>
    public void Refused(int line, string cause)
    {
        var (row, _) = sent[line];
        Rejects.Add(new Reject(row.Number, row.Line, cause, row.Raw));
    }

    public void Dispose() => writer?.Dispose();

    private void Write(MappedRow row, long number)
    {
        if (writer is null) writer = new Utf8JsonWriter(lines, Plain);
        else writer.Reset();
        writer.WriteStartObject();
        writer.WriteString("id", row.Id);
        writer.WriteString("at", row.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture));
        writer.WriteString("customer", row.Customer);
        writer.WriteString("channel", row.Channel);
        writer.WriteString("service", row.Service);
        WriteOptional("region", row.Region);
        WriteOptional("brand", row.Brand);
        writer.WriteString("outcome", row.Outcome);
        WriteOptional("reason", row.Reason);
        if (row.Amount is { } amount) writer.WriteNumber("amount", amount);
        if (row.DurationMs is { } duration) writer.WriteNumber("durationMs", duration);
        if (row.Assisted) writer.WriteBoolean("assisted", true);
        WriteOptional("task", row.Task);
        WriteOptional("decision", row.Decision);
        writer.WriteNumber("row", number);
        writer.WriteEndObject();
        writer.Flush();
        lines.GetSpan(1)[0] = (byte)'\n';
        lines.Advance(1);
    }

    private void WriteOptional(string name, string? value)
    {
        if (value is not null) writer!.WriteString(name, value);
    }
}
