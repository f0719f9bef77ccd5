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
    private readonly PseudonymKey key;

    public Pseudonymiser(PseudonymKey key) => this.key = key;

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

/// <summary>A key of pseudonyms and the character that names it, as the key file holds it: <c>a:</c> and base64 of 32 bytes.</summary>
public sealed class PseudonymKey
{
    private const int Size = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // A mounted secret may belong to root and be readable by the service's group; nobody else may read it, or write it.
    private const UnixFileMode Forbidden =
        UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private PseudonymKey(char name, byte[] bytes)
    {
        Name = name;
        Bytes = bytes;
    }

    /// <summary>The third character of every pseudonym made with it.</summary>
    public char Name { get; }

    internal byte[] Bytes { get; }

    /// <summary>One line of a key file.</summary>
    /// <exception cref="FormatException">It is none. The message does not repeat it.</exception>
    public static PseudonymKey Parse(string line)
    {
        var bytes = new byte[Size];
        var shaped = line.Length > 2 && char.IsAsciiLetterOrDigit(line[0]) && line[1] == ':';
        if (!shaped || !Convert.TryFromBase64String(line[2..], bytes, out var written) || written != Size)
            throw new FormatException("A pseudonym key is one letter or digit, a colon, and base64 of 32 bytes.");
        return new PseudonymKey(line[0], bytes);
    }

    /// <summary>The keys of a file, one a line; the first one is in use. Empty lines and lines that begin with <c>#</c> do not count.</summary>
    /// <exception cref="InvalidOperationException">The file is not there, others may read it, or it holds no key or a broken one.</exception>
    public static IReadOnlyList<PseudonymKey> Read(string file)
    {
        if (!File.Exists(file)) throw new InvalidOperationException($"The pseudonym key {file} is not there.");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Forbidden) != UnixFileMode.None)
            throw new InvalidOperationException($"The pseudonym key {file} may be read or written by others: chmod 600 it.");
        try
        {
            var lines = File.ReadAllLines(file).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');
            var keys = lines.Select(Parse).ToList();
            if (keys.Count == 0) throw new FormatException("It holds no key.");
            if (keys.DistinctBy(key => key.Name).Count() < keys.Count) throw new FormatException("Two keys have the same name.");
            return keys;
        }
        catch (FormatException broken)
        {
            throw new InvalidOperationException($"The pseudonym key {file} cannot be used: {broken.Message}", broken);
        }
    }

    /// <summary>Makes the file with a new key, for its owner only, unless it is there already. Of two that try, one makes it.</summary>
    public static void EnsureFile(string file)
    {
        if (File.Exists(file)) return;
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
            stream.Write(Encoding.ASCII.GetBytes($"a:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(Size))}\n"));
            stream.Flush(flushToDisk: true);
        }
        PutInPlace(temporary, file);
    }

    private static void PutInPlace(string temporary, string file)
    {
        try
        {
            File.Move(temporary, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another process was first: its key is the key.
            File.Delete(temporary);
        }
    }
}
