namespace ECommerce.Channels.Kpi.Ingestion;

/// <summary>RFC 3339 date-times with an offset, to the millisecond (finer digits are cut off).</summary>
internal static class Rfc3339
{
    private static readonly int[] DaysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

    /// <param name="milliseconds">Since 1970 UTC; may be negative.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || (text[10] | 0x20) != 't' || text[13] != ':' || text[16] != ':') return false;
        if (!Digits(text, 0, 4, out var year) || !Digits(text, 5, 2, out var month) || !Digits(text, 8, 2, out var day)
            || !Digits(text, 11, 2, out var hour) || !Digits(text, 14, 2, out var minute) || !Digits(text, 17, 2, out var second)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
        if (!TryFraction(text, out var position, out var fraction) || !TryOffset(text[position..], out var offsetMinutes)) return false;
        milliseconds = ((((DaysSince1970(year, month, day) * 24 + hour) * 60 + minute - offsetMinutes) * 60 + second) * 1000) + fraction;
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, out int position, out int milliseconds)
    {
        position = 19;
        milliseconds = 0;
        if (text[19] != '.') return true;
        var scale = 100;
        for (position = 20; position < text.Length && (uint)(text[position] - '0') <= 9; position++, scale /= 10)
            milliseconds += (text[position] - '0') * scale;
        return position is > 20 and <= 29;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1) return (text[0] | 0x20) == 'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':') return false;
        if (!Digits(text, 1, 2, out var hours) || !Digits(text, 4, 2, out minutes) || hours > 23 || minutes > 59) return false;
        minutes += hours * 60;
        if (text[0] == '-') minutes = -minutes;
        return true;
    }

    private static long DaysSince1970(int year, int month, int day)
    {
        var before = year - 1;
        var leap = month > 2 && DateTime.IsLeapYear(year) ? 1 : 0;
        return (before * 365L) + (before / 4) - (before / 100) + (before / 400) + DaysBefore[month - 1] + leap + day - 1 - 719_162;
    }

    private static bool Digits(ReadOnlySpan<byte> text, int start, int count, out int value)
    {
        value = 0;
        foreach (var b in text.Slice(start, count))
        {
            if ((uint)(b - '0') > 9) return false;
            value = (value * 10) + (b - '0');
        }
        return true;
    }
}
