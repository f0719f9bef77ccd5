using System.Security.Cryptography;

namespace ECommerce.Channels.Platform.Security;

/// <summary>A short code that only who holds the key can make: the first bytes of HMAC-SHA-256.</summary>
public static class Signature
{
    /// <param name="code">Filled; 8 to 32 bytes.</param>
    public static void Sign(NamedKey key, ReadOnlySpan<byte> message, Span<byte> code)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Bytes, message, hash);
        hash[..code.Length].CopyTo(code);
    }

    /// <summary>In a time that tells nothing of where they differ.</summary>
    public static bool IsRight(NamedKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> code)
    {
        Span<byte> right = stackalloc byte[code.Length];
        Sign(key, message, right);
        return CryptographicOperations.FixedTimeEquals(right, code);
    }
}
