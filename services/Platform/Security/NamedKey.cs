using System.Security.Cryptography;
using System.Text;

namespace ECommerce.Channels.Platform.Security;

/// <summary>A key of 32 bytes and the character that names it, as a key file holds it: <c>a:</c> and base64.</summary>
public sealed class NamedKey
{
    private const int Size = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // A mounted secret may belong to root and be readable by the service's group; nobody else may read it, or write it.
    private const UnixFileMode Forbidden =
        UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private NamedKey(char name, byte[] bytes)
    {
        Name = name;
        Bytes = bytes;
    }

    /// <summary>Stands in everything made with it: the third character of a pseudonym, the first byte of what is sealed.</summary>
    public char Name { get; }

    internal byte[] Bytes { get; }

    /// <summary>One line of a key file.</summary>
    /// <exception cref="FormatException">It is none. The message does not repeat it.</exception>
    public static NamedKey Parse(string line)
    {
        var bytes = new byte[Size];
        var shaped = line.Length > 2 && char.IsAsciiLetterOrDigit(line[0]) && line[1] == ':';
        if (!shaped || !Convert.TryFromBase64String(line[2..], bytes, out var written) || written != Size)
            throw new FormatException("A key is one letter or digit, a colon, and base64 of 32 bytes.");
        return new NamedKey(line[0], bytes);
    }

    /// <summary>The keys of a file, one a line; the first one is in use. Empty lines and lines that begin with <c>#</c> do not count.</summary>
    /// <exception cref="InvalidOperationException">The file is not there, others may read it, or it holds no key or a broken one.</exception>
    public static IReadOnlyList<NamedKey> Read(string file)
    {
        if (!File.Exists(file)) throw new InvalidOperationException($"The key {file} is not there.");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Forbidden) != UnixFileMode.None)
            throw new InvalidOperationException($"The key {file} may be read or written by others: chmod 600 it.");
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
            throw new InvalidOperationException($"The key {file} cannot be used: {broken.Message}", broken);
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
