using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace ECommerce.Channels.Platform.Security;

/// <summary>
/// Elliptic-curve keys (P-256) in a PEM file, one block after the other. With several, the first signs and all of them verify, so a new
/// key is appended first, moved to the front once every verifier knows it, and the old one removed a few minutes later.
/// </summary>
public static class SigningKeys
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The keys of a file, private or public ones, in its order, each with its RFC 7638 thumbprint as key id.</summary>
    /// <exception cref="InvalidOperationException">The file holds no key, or one that is not on the curve P-256.</exception>
    public static IReadOnlyList<ECDsaSecurityKey> Read(string file)
    {
        var keys = new List<ECDsaSecurityKey>();
        var pem = File.ReadAllText(file).AsSpan();
        while (PemEncoding.TryFind(pem, out var fields))
        {
            keys.Add(Key(pem[fields.Location], file));
            pem = pem[fields.Location.End..];
        }
        if (keys.Count == 0) throw new InvalidOperationException($"{file} holds no key in PEM form.");
        return keys;
    }

    /// <summary>Makes the file with one new key, readable by its owner only, unless it is there already.</summary>
    public static void EnsureFile(string file)
    {
        if (File.Exists(file)) return;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(file)}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
            stream.Flush(flushToDisk: true);
        }
        MoveUnlessThere(temporary, file);
    }

    /// <summary>Whether the private half is there; the library cannot tell by itself.</summary>
    internal static bool CanSign(ECDsaSecurityKey key)
    {
        try
        {
            return key.ECDsa.SignData([], HashAlgorithmName.SHA256).Length > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static void MoveUnlessThere(string temporary, string file)
    {
        try
        {
            File.Move(temporary, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another replica was first; its key is as good.
            File.Delete(temporary);
        }
    }

    private static ECDsaSecurityKey Key(ReadOnlySpan<char> pem, string file)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(pem);
        var curve = ecdsa.ExportParameters(includePrivateParameters: false).Curve;
        if (curve.Oid.FriendlyName is not ("nistP256" or "ECDSA_P256") && curve.Oid.Value != "1.2.840.10045.3.1.7")
            throw new InvalidOperationException($"{file} holds a key that is not on the curve P-256.");
        var key = new ECDsaSecurityKey(ecdsa);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return key;
    }
}
