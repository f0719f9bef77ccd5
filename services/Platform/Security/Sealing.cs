using System.Security.Cryptography;
using System.Text;

namespace ECommerce.Channels.Platform.Security;

/// <summary>
/// AES-256-GCM: 12 bytes of nonce, 16 of tag, then the ciphertext. What is sealed for one use cannot be opened for another: the use is
/// bound to it as associated data.
/// </summary>
public static class Sealing
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Bytes more than the plain text.</summary>
    public const int Overhead = NonceBytes + TagBytes;

    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, string use)
    {
        var sealedBytes = new byte[Overhead + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, plain, sealedBytes.AsSpan(Overhead), sealedBytes.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(use));
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">It was changed, sealed with another key or for another use, or is too short.</exception>
    public static byte[] Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> sealedBytes, string use)
    {
        if (sealedBytes.Length < Overhead) throw new CryptographicException("Too short to be sealed.");
        var plain = new byte[sealedBytes.Length - Overhead];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(sealedBytes[..NonceBytes], sealedBytes[Overhead..], sealedBytes.Slice(NonceBytes, TagBytes), plain, Encoding.UTF8.GetBytes(use));
        return plain;
    }
}

/// <summary>
/// Wraps keys under a master key, whose name is the first byte; the first key of the file wraps, all of them unwrap, so that a master
/// key can be exchanged while what it wrapped is wrapped again.
/// </summary>
public sealed class KeyWrapping(IReadOnlyList<NamedKey> masters)
{
    public byte[] Wrap(ReadOnlySpan<byte> key, string use) => [(byte)masters[0].Name, .. Sealing.Seal(masters[0].Bytes, key, use)];

    /// <exception cref="CryptographicException">No key of the file wrapped it, or it was changed.</exception>
    public byte[] Unwrap(ReadOnlySpan<byte> wrapped, string use)
    {
        if (wrapped.Length == 0) throw new CryptographicException("Nothing to unwrap.");
        var name = (char)wrapped[0];
        var master = masters.FirstOrDefault(key => key.Name == name) ?? throw new CryptographicException($"The file of keys has none of the name {name}.");
        return Sealing.Open(master.Bytes, wrapped[1..], use);
    }

    /// <summary>Whether it is wrapped under the key in use.</summary>
    public bool IsCurrent(ReadOnlySpan<byte> wrapped) => wrapped.Length > 0 && (char)wrapped[0] == masters[0].Name;
}
