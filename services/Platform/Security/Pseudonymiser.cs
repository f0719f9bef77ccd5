using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ECommerce.Channels.Platform.Security;

/// <summary>
/// Turns mobile numbers into pseudonyms: <c>c_</c>, one character that names the key, and base64url of the first 18 bytes of
/// HMAC-SHA-256(key, <c>msisdn:+8613812345678</c>). Nobody without the key can go the other way, or try all numbers.
/// Safe for many threads at once.
/// </summary>
public sealed class Pseudonymiser
{
    /// <summary>Characters of a pseudonym.</summary>
    public const int Length = 27;

    private const int Kept = 18;
    private const int PrefixLength = 7;
    private readonly NamedKey key;

    public Pseudonymiser(NamedKey key) => this.key = key;

    /// <summary>The pseudonym of a number in any of its spellings; <c>null</c> for what is no mobile number.</summary>
    public string? Of(string number) => PhoneNumbers.Normalise(number) is { } normalised ? OfNormalised(normalised) : null;

    /// <summary>The pseudonym of a number that is written <c>+8613812345678</c> already.</summary>
    public string OfNormalised(string normalised)
    {
        Span<byte> message = stackalloc byte[PrefixLength + 16];
        "msisdn:"u8.CopyTo(message);
        var length = PrefixLength + Encoding.ASCII.GetBytes(normalised, message[PrefixLength..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Bytes, message[..length], hash);
        Span<char> pseudonym = stackalloc char[Length];
        "c_".CopyTo(pseudonym);
        pseudonym[2] = key.Name;
        Base64Url.EncodeToChars(hash[..Kept], pseudonym[3..]);
        return new string(pseudonym);
    }
}
