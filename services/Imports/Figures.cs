namespace ECommerce.Channels.Imports;

/// <summary>Amounts and durations as exports write them, read exactly: no floating point on the way.</summary>
internal static class Figures
{
    private const long LongestMilliseconds = 86_400_000;

    /// <summary>Yuan such as <c>1,200.00</c>, <c>￥50</c> or <c>0.5</c> to fen. False for a negative, broken or too exact amount.</summary>
    public static bool TryYuan(ReadOnlySpan<char> text, out long fen)
    {
        text = text.Trim();
        if (text.Length > 0 && text[0] is '¥' or '￥') text = text[1..].TrimStart();
        return TryDecimal(text, 2, out fen);
    }

    /// <summary>Whole fen.</summary>
    public static bool TryFen(ReadOnlySpan<char> text, out long fen) => TryDecimal(text.Trim(), 0, out fen);

    /// <summary>A duration of at most a day, in milliseconds or, with three decimals, in seconds.</summary>
    public static bool TryDuration(ReadOnlySpan<char> text, bool seconds, out long milliseconds) =>
        TryDecimal(text.Trim(), seconds ? 3 : 0, out milliseconds) && milliseconds <= LongestMilliseconds;

    /// <summary>
    /// A decimal number times 10^<paramref name="decimals"/>, as an integer. Thousands separators must stand where they belong;
    /// decimals beyond the unit must be zero.
    /// </summary>
    private static bool TryDecimal(ReadOnlySpan<char> text, int decimals, out long value)
    {
        value = 0;
        var point = text.IndexOfAny('.', '．');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? [] : text[(point + 1)..];
        if (whole.Length == 0 || (point >= 0 && fraction.Length == 0)) return false;
        if (!TryWhole(whole, ref value)) return false;
        for (var i = 0; i < Math.Max(decimals, fraction.Length); i++)
        {
            var digit = i < fraction.Length ? Digit(fraction[i]) : 0;
            if (digit < 0 || (i >= decimals && digit != 0)) return false;
            if (i < decimals && !TryAppend(ref value, digit)) return false;
        }
        return true;
    }

    private static bool TryWhole(ReadOnlySpan<char> whole, ref long value)
    {
        var grouped = whole.IndexOfAny(',', '，') >= 0;
        for (var i = 0; i < whole.Length; i++)
        {
            var separatorHere = grouped && (whole.Length - i) % 4 == 0;
            if (separatorHere && i == 0) return false;
            if (separatorHere != (whole[i] is ',' or '，')) return false;
            if (separatorHere) continue;
            var digit = Digit(whole[i]);
            if (digit < 0 || !TryAppend(ref value, digit)) return false;
        }
        return true;
    }

    private static bool TryAppend(ref long value, int digit)
    {
        if (value > (long.MaxValue - digit) / 10) return false;
        value = (value * 10) + digit;
        return true;
    }

    private static int Digit(char c) => Names.HalfWidth(c) is >= '0' and <= '9' and var half ? half - '0' : -1;
}
