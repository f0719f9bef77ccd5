using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ECommerce.Channels.Platform.Security;

/// <summary>
/// Chinese mobile numbers: eleven digits that begin with 13 to 19, with or without +86, 86 or 0086, in ASCII or full-width digits, with
/// single spaces or dashes inside. Nothing but the pseudonymiser may keep one: all others mask what looks like one.
/// </summary>
public static class PhoneNumbers
{
    /// <summary>What stands where a number was. Nothing of the number is left.</summary>
    public const string Masked = "***********";

    private const int Separator = -1;
    private const int Plus = -2;
    private const int Other = -3;
    private const int Digits = 11;

    /// <summary>The number as <c>+8613812345678</c>; null where the text is not one mobile number and nothing else.</summary>
    public static string? Normalise(string text)
    {
        if (text.Length > 64) return null;
        var utf8 = Encoding.UTF8.GetBytes(text);
        var number = utf8.AsSpan(Leading(utf8));
        if (number.Length > 0 && Read(number, 0, out var plus) == Plus)
            number = number[plus..];
        Span<char> digits = stackalloc char[Digits];
        var length = Match(number, digits);
        return length > 0 && Leading(number[length..]) == number.Length - length ? string.Concat("+86", digits) : null;
    }

    /// <summary>Whether anything in it looks like a number.</summary>
    public static bool Contains(ReadOnlySpan<byte> utf8) => Find(utf8, 0, out _) >= 0;

    /// <summary>The text with everything that looks like a number replaced by <see cref="Masked"/>; the same instance where there is none.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Mask(string? text)
    {
        if (text is null || text.Length < Digits) return text;
        var utf8 = Encoding.UTF8.GetBytes(text);
        return Contains(utf8) ? Encoding.UTF8.GetString(Mask(utf8)) : text;
    }

    /// <summary>
    /// The bytes with everything that looks like a number replaced. They need not be valid UTF-8: the rest is kept as it is.
    /// Digits written as JSON escapes (<c>\u0031</c>) are seen too.
    /// </summary>
    public static byte[] Mask(ReadOnlySpan<byte> utf8)
    {
        var start = Find(utf8, 0, out var length);
        if (start < 0) return utf8.ToArray();
        var masked = new List<byte>(utf8.Length);
        var copied = 0;
        for (; start >= 0; start = Find(utf8, copied, out length))
        {
            masked.AddRange(utf8[copied..start]);
            masked.AddRange("***********"u8);
            copied = start + length;
        }
        masked.AddRange(utf8[copied..]);
        return [.. masked];
    }

    /// <summary>Where the next number begins, its plus sign included; -1 where there is none.</summary>
    private static int Find(ReadOnlySpan<byte> utf8, int from, out int length)
    {
        var previous = Other;
        var plusAt = -1;
        for (var at = from; at < utf8.Length;)
        {
            var kind = Read(utf8, at, out var width);
            if (kind >= 0 && previous < 0 && Match(utf8[at..], default) is > 0 and var matched)
            {
                var start = plusAt >= 0 ? plusAt : at;
                length = at + matched - start;
                return start;
            }
            plusAt = kind == Plus ? at : -1;
            previous = kind;
            at += width;
        }
        length = 0;
        return -1;
    }

    /// <summary>How many bytes at the beginning are one number that no further digit follows; 0 for none.</summary>
    private static int Match(ReadOnlySpan<byte> utf8, Span<char> digits)
    {
        foreach (var prefix in (ReadOnlySpan<string>)["", "86", "0086"])
        {
            var at = 0;
            if (Take(utf8, ref at, prefix) && TakeNumber(utf8, ref at, digits)
                && (at == utf8.Length || Read(utf8, at, out _) < 0))
                return at;
        }
        return 0;
    }

    private static bool Take(ReadOnlySpan<byte> utf8, ref int at, string prefix)
    {
        foreach (var digit in prefix)
            if (NextDigit(utf8, ref at) != digit - '0') return false;
        return true;
    }

    private static bool TakeNumber(ReadOnlySpan<byte> utf8, ref int at, Span<char> digits)
    {
        for (var i = 0; i < Digits; i++)
        {
            var digit = NextDigit(utf8, ref at);
            if (digit < 0 || (i == 0 && digit != 1) || (i == 1 && digit < 3)) return false;
            if (i < digits.Length) digits[i] = (char)('0' + digit);
        }
        return true;
    }

    /// <summary>The next digit, over at most two separators; -1 where there is none.</summary>
    private static int NextDigit(ReadOnlySpan<byte> utf8, ref int at)
    {
        var next = at;
        for (var separators = 0; next < utf8.Length; separators++)
        {
            var kind = Read(utf8, next, out var width);
            next += width;
            if (kind >= 0)
            {
                at = next;
                return kind;
            }
            if (kind != Separator || separators == 2) return -1;
        }
        return -1;
    }

    /// <summary>How many bytes at the beginning are separators.</summary>
    private static int Leading(ReadOnlySpan<byte> utf8)
    {
        var at = 0;
        while (at < utf8.Length && Read(utf8, at, out var width) == Separator) at += width;
        return at;
    }

    /// <summary>The digit, separator or plus sign at a place, and how many bytes it takes.</summary>
    private static int Read(ReadOnlySpan<byte> utf8, int at, out int width)
    {
        var first = utf8[at];
        if (first < 0x80 && first != '\\')
        {
            width = 1;
            return Kind(first);
        }
        var rest = utf8[at..];
        if (first == '\\')
        {
            width = rest.Length >= 6 && rest[1] == 'u' && Hex(rest.Slice(2, 4)) >= 0 ? 6 : 1;
            return width == 6 ? Kind(Hex(rest.Slice(2, 4))) : Other;
        }
        if (Rune.DecodeFromUtf8(rest, out var rune, out width) != System.Buffers.OperationStatus.Done) width = 1;
        return Kind(rune.Value);
    }

    private static int Kind(int code) => code switch
    {
        >= '0' and <= '9' => code - '0',
        >= 0xFF10 and <= 0xFF19 => code - 0xFF10,
        ' ' or '\t' or '-' or 0xA0 or 0x3000 or 0xFF0D or 0x2212 => Separator,
        >= 0x2002 and <= 0x200B or >= 0x2010 and <= 0x2015 => Separator,
        '+' or 0xFF0B => Plus,
        _ => Other,
    };

    private static int Hex(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit)) return -1;
            value = (value << 4) | Convert.ToInt32(((char)digit).ToString(), 16);
        }
        return value;
    }
}
