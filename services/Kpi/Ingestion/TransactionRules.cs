using System.Buffers;
using System.Text;

namespace ECommerce.Channels.Kpi.Ingestion;

/// <summary>What a field of a transaction may hold; the one place where both readers and the imports look.</summary>
internal static class TransactionRules
{
    public const int MaxTextLength = 64;

    /// <summary>Ten thousand million yuan: far above any transaction, and sums of a year stay far inside 64 bits.</summary>
    public const long MaxAmount = 1_000_000_000_000;

    public const int MaxDuration = 86_400_000;
    public const long MaxAgeMs = 400L * 86_400_000;
    public const long MaxAheadMs = 15 * 60_000;

    /// <summary>2000-01-01: a clock that was never set says 1970, and no history of an operator's e-channels is older.</summary>
    public const long FirstHistoryMs = 946_684_800_000;

    private static readonly SearchValues<byte> CodeBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-"u8);

    /// <summary>A code of the catalogue, a source or an id.</summary>
    public static bool IsCode(ReadOnlySpan<byte> text) => text.Length is >= 1 and <= 64 && !text.ContainsAnyExcept(CodeBytes);

    /// <summary>Any characters but control characters, 1 to 64 of them; <paramref name="text"/> is valid UTF-8.</summary>
    public static bool IsText(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > 4 * MaxTextLength) return false;
        var characters = 0;
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(text, out var rune, out var length) != OperationStatus.Done || Rune.IsControl(rune)) return false;
            text = text[length..];
            characters++;
        }
        return characters <= MaxTextLength;
    }

    /// <summary>Within 400 days back and 15 minutes ahead of <paramref name="now"/>; a history may be older.</summary>
    public static bool IsTimely(long at, bool history, long now) =>
        at <= now + MaxAheadMs && at >= (history ? FirstHistoryMs : Math.Max(FirstHistoryMs, now - MaxAgeMs));
}
