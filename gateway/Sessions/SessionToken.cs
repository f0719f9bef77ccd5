using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace ECommerce.Channels.Gateway.Sessions;

/// <summary>What the session cookie holds: 256 random bits. The database keeps their hash, so nobody who reads it can use a session.</summary>
internal static class SessionToken
{
    private const int Bytes = 32;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The hash that names the session, or null for what cannot be a token.</summary>
    public static byte[]? HashOf(string token)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        var whole = Base64Url.DecodeFromChars(token, bytes, out _, out var written) == OperationStatus.Done && written == Bytes;
        return whole ? SHA256.HashData(bytes) : null;
    }
}
