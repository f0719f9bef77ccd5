using System.Buffers;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;

namespace ECommerce.Channels.Kpi.Ingestion;

/// <summary>Where the events of a request come from: what the body may not say about itself.</summary>
/// <param name="Import">Id of the import; null for events that come by the API.</param>
/// <param name="History">Events older than 400 days are welcome.</param>
internal sealed record EventOrigin(string Source, string? Import, bool History);

/// <summary>A line that was not taken, and why; lines count from 1, blank ones too.</summary>
public sealed record RejectedLine(int Line, IReadOnlyDictionary<string, string[]> Errors);

/// <summary>What a body held: records for the log, and the lines that are wrong.</summary>
internal sealed class ReadEvents
{
    /// <summary>The first so many rejects are listed; all of them are counted.</summary>
    public const int ListedRejects = 1_000;

    public readonly List<LogRecord> Records = [];
    public readonly List<(int Line, FieldErrors Errors)> Rejected = [];

    public int RejectedTotal { get; private set; }

    public void Reject(int line, FieldErrors errors)
    {
        RejectedTotal++;
        if (Rejected.Count < ListedRejects) Rejected.Add((line, errors));
    }
}

/// <summary>
/// Reads the events of a request body and writes each anew in the one form that goes to the log: known fields only, time in UTC, the
/// source of the caller. Pure: nothing is sent yet.
/// </summary>
internal sealed class TransactionBody(EventOrigin origin, long now)
{
    public const int MaxLines = 50_000;
    public const int MaxBytes = 16 << 20;
    private const int MaxLineBytes = 64 << 10;
    private static readonly JsonWriterOptions Plain = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TransactionReader reader = new();
    private readonly ArrayBufferWriter<byte> written = new();

    /// <summary>One event; its errors, or null where it was read.</summary>
    public (LogRecord Record, FieldErrors? Errors) ReadOne(ReadOnlySpan<byte> json)
    {
        var errors = new FieldErrors();
        return TryRead(json, errors, out var record) ? (record, null) : (default, errors);
    }

    /// <returns>Null where there are more lines than <see cref="MaxLines"/>.</returns>
    public ReadEvents? ReadLines(ReadOnlySpan<byte> body)
    {
        var events = new ReadEvents();
        if (body.StartsWith("\uFEFF"u8)) body = body[3..];
        for (var line = 1; !body.IsEmpty; line++)
        {
            if (line > MaxLines) return null;
            var end = body.IndexOf((byte)'\n');
            var text = (end < 0 ? body : body[..end]).Trim(" \t\r"u8);
            body = end < 0 ? default : body[(end + 1)..];
            if (!text.IsEmpty) ReadLine(line, text, events);
        }
        return events;
    }

    private void ReadLine(int line, ReadOnlySpan<byte> text, ReadEvents events)
    {
        var errors = new FieldErrors();
        if (text.Length > MaxLineBytes) errors.Add("body", $"单行超过 {MaxLineBytes} 字节", $"is longer than {MaxLineBytes} bytes");
        else if (TryRead(text, errors, out var record)) events.Records.Add(record);
        if (errors.Any) events.Reject(line, errors);
    }

    private bool TryRead(ReadOnlySpan<byte> json, FieldErrors errors, out LogRecord record)
    {
        record = default;
        var view = default(TransactionView);
        var readable = reader.TryRead(json, origin.Import is null ? TransactionForm.Api : TransactionForm.Import, ref view, errors);
        if (view.At >= 0 && !TransactionRules.IsTimely(view.At, origin.History, now))
            errors.Add("at", "早于 400 天前或晚于 15 分钟之后", "is more than 400 days ago or 15 minutes ahead");
        if (!readable || errors.Any) return false;
        record = new LogRecord(Encoding.UTF8.GetString(view.Customer), Write(in view));
        return true;
    }

    private byte[] Write(in TransactionView view)
    {
        written.ResetWrittenCount();
        using var json = new Utf8JsonWriter(written, Plain);
        json.WriteStartObject();
        json.WriteString("id"u8, view.Id);
        json.WriteString("source"u8, origin.Source);
        json.WriteString("at"u8, DateTimeOffset.FromUnixTimeMilliseconds(view.At).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        json.WriteString("customer"u8, view.Customer);
        json.WriteString("channel"u8, view.Channel);
        json.WriteString("service"u8, view.Service);
        WriteText(json, "region"u8, view.Region);
        WriteText(json, "brand"u8, view.Brand);
        json.WriteString("outcome"u8, view.Outcome switch
        {
            Outcome.Failed => "failed"u8,
            Outcome.Abandoned => "abandoned"u8,
            _ => "success"u8,
        });
        WriteText(json, "reason"u8, view.Reason);
        if (view.Amount >= 0) json.WriteNumber("amount"u8, view.Amount);
        if (view.Duration >= 0) json.WriteNumber("durationMs"u8, view.Duration);
        if (view.Assisted) json.WriteBoolean("assisted"u8, true);
        WriteText(json, "task"u8, view.Task);
        WriteText(json, "decision"u8, view.Decision);
        WriteImport(json, view.Row);
        json.WriteEndObject();
        json.Flush();
        return written.WrittenSpan.ToArray();
    }

    private void WriteImport(Utf8JsonWriter json, int row)
    {
        if (origin.Import is null) return;
        json.WriteString("import"u8, origin.Import);
        if (row > 0) json.WriteNumber("row"u8, row);
        if (origin.History) json.WriteBoolean("history"u8, true);
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty) json.WriteString(name, text);
    }
}
