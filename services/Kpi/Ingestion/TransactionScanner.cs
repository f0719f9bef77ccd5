using System.Buffers;
using ECommerce.Channels.Contracts;

namespace ECommerce.Channels.Kpi.Ingestion;

/// <summary>
/// Reads the common form of a transaction in one pass over its bytes, without allocating: known fields in any order, no white space,
/// no escapes, ASCII. Whatever it refuses goes to <see cref="TransactionReader"/>, which judges and names the fault; on what it
/// accepts both give the same answer.
/// </summary>
internal static class TransactionScanner
{
    // Up to the closing quote, nothing may need a second look: escapes, control characters, non-ASCII.
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7f - 0x20).Select(b => (byte)b).Where(b => b is not ((byte)'"' or (byte)'\\'))]);

    private const int Id = 1, Source = 2, At = 4, Customer = 8, Channel = 16, Service = 32, Outcomes = 64;
    private const int Required = Id | Source | At | Customer | Channel | Service | Outcomes;

    public static bool TryRead(ReadOnlySpan<byte> json, ref TransactionView view)
    {
        view = default;
        view.Amount = -1;
        view.Duration = -1;
        if (json.Length < 2 || json[0] != '{') return false;
        var position = 1;
        var seen = 0;
        while (true)
        {
            if (!TryText(json, ref position, out var name) || position >= json.Length || json[position++] != ':') return false;
            if (!TryField(json, ref position, name, ref view, ref seen) || position >= json.Length) return false;
            var next = json[position++];
            if (next == '}') return position == json.Length && (seen & Required) == Required;
            if (next != ',') return false;
        }
    }

    private static bool TryField(ReadOnlySpan<byte> json, scoped ref int position, scoped ReadOnlySpan<byte> name, ref TransactionView view, scoped ref int seen)
    {
        switch (name.Length)
        {
            case 2 when name.SequenceEqual("id"u8):
                return First(ref seen, Id) && TryText(json, ref position, out view.Id) && TransactionRules.IsCode(view.Id);
            case 2 when name.SequenceEqual("at"u8):
                return First(ref seen, At) && TryText(json, ref position, out var at) && Rfc3339.TryParse(at, out view.At) && view.At >= 0;
            case 3 when name.SequenceEqual("row"u8):
                return First(ref seen, 128) && TryNumber(json, ref position, int.MaxValue, out var row) && (view.Row = (int)row) > 0;
            case 4 when name.SequenceEqual("task"u8):
                return First(ref seen, 256) && TryShort(json, ref position, out view.Task);
            case 5 when name.SequenceEqual("brand"u8):
                return First(ref seen, 512) && TryShort(json, ref position, out view.Brand);
            case 6 when name.SequenceEqual("source"u8):
                return First(ref seen, Source) && TryText(json, ref position, out view.Source) && TransactionRules.IsCode(view.Source);
            case 6 when name.SequenceEqual("region"u8):
                return First(ref seen, 1024) && TryShort(json, ref position, out view.Region);
            case 6 when name.SequenceEqual("reason"u8):
                return First(ref seen, 2048) && TryShort(json, ref position, out view.Reason);
            case 6 when name.SequenceEqual("amount"u8):
                return First(ref seen, 4096) && TryNumber(json, ref position, TransactionRules.MaxAmount, out view.Amount);
            case 6 when name.SequenceEqual("import"u8):
                return First(ref seen, 8192) && TryText(json, ref position, out view.Import) && TransactionRules.IsCode(view.Import);
            case 7 when name.SequenceEqual("channel"u8):
                return First(ref seen, Channel) && TryShort(json, ref position, out view.Channel);
            case 7 when name.SequenceEqual("service"u8):
                return First(ref seen, Service) && TryShort(json, ref position, out view.Service);
            case 7 when name.SequenceEqual("outcome"u8):
                return First(ref seen, Outcomes) && TryText(json, ref position, out var outcome) && TryOutcome(outcome, out view.Outcome);
            case 7 when name.SequenceEqual("history"u8):
                return First(ref seen, 16384) && TryBool(json, ref position, out view.History);
            case 8 when name.SequenceEqual("customer"u8):
                return First(ref seen, Customer) && TryText(json, ref position, out view.Customer) && CustomerId.IsValid(view.Customer);
            case 8 when name.SequenceEqual("assisted"u8):
                return First(ref seen, 32768) && TryBool(json, ref position, out view.Assisted);
            case 8 when name.SequenceEqual("decision"u8):
                return First(ref seen, 65536) && TryShort(json, ref position, out view.Decision);
            case 10 when name.SequenceEqual("durationMs"u8):
                if (!First(ref seen, 131072) || !TryNumber(json, ref position, TransactionRules.MaxDuration, out var duration)) return false;
                view.Duration = (int)duration;
                return true;
            default:
                return false;
        }
    }

    public static bool TryOutcome(ReadOnlySpan<byte> text, out Outcome outcome)
    {
        outcome = text.Length switch
        {
            6 => Outcome.Failed,
            9 => Outcome.Abandoned,
            _ => Outcome.Success,
        };
        return text.SequenceEqual(outcome switch
        {
            Outcome.Failed => "failed"u8,
            Outcome.Abandoned => "abandoned"u8,
            _ => "success"u8,
        });
    }

    private static bool First(ref int seen, int bit)
    {
        if ((seen & bit) != 0) return false;
        seen |= bit;
        return true;
    }

    private static bool TryText(ReadOnlySpan<byte> json, scoped ref int position, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (position >= json.Length || json[position] != '"') return false;
        var rest = json[(position + 1)..];
        var length = rest.IndexOfAnyExcept(Plain);
        if (length < 0 || rest[length] != '"') return false;
        text = rest[..length];
        position += length + 2;
        return true;
    }

    private static bool TryShort(ReadOnlySpan<byte> json, scoped ref int position, out ReadOnlySpan<byte> text) =>
        TryText(json, ref position, out text) && text.Length is >= 1 and <= TransactionRules.MaxTextLength;

    private static bool TryNumber(ReadOnlySpan<byte> json, scoped ref int position, long max, out long number)
    {
        number = 0;
        var start = position;
        while (position < json.Length && (uint)(json[position] - '0') <= 9 && position - start < 18)
            number = (number * 10) + (json[position++] - '0');
        var digits = position - start;
        return digits > 0 && (digits == 1 || json[start] != '0') && number <= max;
    }

    private static bool TryBool(ReadOnlySpan<byte> json, scoped ref int position, out bool value)
    {
        var rest = json[position..];
        value = rest.StartsWith("true"u8);
        if (!value && !rest.StartsWith("false"u8)) return false;
        position += value ? 4 : 5;
        return true;
    }
}
