using System.Buffers;
using System.Text;

namespace ECommerce.Channels.Contracts;

/// <summary>The shape of a pseudonym: <c>c_</c> and 1–62 of <c>A-Z a-z 0-9 _ -</c>, and not a phone number in its place.</summary>
public static class CustomerId
{
    public const int MaxLength = 64;

    private static readonly SearchValues<byte> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"u8);

    public static bool IsValid(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is < 3 or > MaxLength || utf8[0] != 'c' || utf8[1] != '_') return false;
        var name = utf8[2..];
        return !name.ContainsAnyExcept(Characters) && !LooksLikeANumber(name);
    }

    public static bool IsValid(string text) => text.Length <= MaxLength && IsValid(Encoding.UTF8.GetBytes(text));

    /// <summary>Nothing but 7–15 digits, with dashes between them or not.</summary>
    private static bool LooksLikeANumber(ReadOnlySpan<byte> name)
    {
        var digits = 0;
        foreach (var character in name)
        {
            if (character is >= (byte)'0' and <= (byte)'9') digits++;
            else if (character != (byte)'-') return false;
        }
        return digits is >= 7 and <= 15;
    }
}
