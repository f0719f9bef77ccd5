using System.Collections.Frozen;
using System.IO.Hashing;
using System.Text;
using Microsoft.AspNetCore.StaticFiles;

namespace ECommerce.Channels.Gateway.Pages;

/// <summary>One file of the console, as its build wrote it: plain, and compressed where that is worth it.</summary>
/// <param name="Immutable">Its name holds the hash of its content, so it never changes.</param>
internal sealed record ConsoleFile(string ContentType, string Tag, bool Immutable, byte[] Plain, byte[]? Gzip, byte[]? Brotli);

/// <summary>
/// The console's files, read once into memory (about 3 MB): a path is looked up, never put together, so nothing outside can be asked for.
/// </summary>
internal sealed class ConsoleFiles
{
    /// <summary>In index.html, where the nonce of each answer goes.</summary>
    private const string NonceMark = "__NONCE__";

    private readonly FrozenDictionary<string, ConsoleFile> files;
    private readonly string[]? page;

    private ConsoleFiles(FrozenDictionary<string, ConsoleFile> files, string[]? page)
    {
        this.files = files;
        this.page = page;
    }

    /// <summary>Whether the console was built before the program was.</summary>
    public bool Any => page is not null;

    public ConsoleFile? Find(string path) => files.GetValueOrDefault(path);

    /// <summary>The page with a nonce, for which the answer's content security policy lets styles in.</summary>
    public byte[] Page(string nonce) => Encoding.UTF8.GetBytes(string.Join(nonce, page!));

    public static ConsoleFiles Read(string folder)
    {
        var types = new FileExtensionContentTypeProvider();
        var read = new Dictionary<string, ConsoleFile>(StringComparer.Ordinal);
        string[]? index = null;
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [])
        {
            var name = "/" + Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
            if (name == "/index.html") index = File.ReadAllText(path).Split(NonceMark);
            else if (!IsCompressed(name)) read[name] = ReadFile(path, name, types);
        }
        return new ConsoleFiles(read.ToFrozenDictionary(StringComparer.Ordinal), index);
    }

    private static bool IsCompressed(string name) => name.EndsWith(".br", StringComparison.Ordinal) || name.EndsWith(".gz", StringComparison.Ordinal);

    private static ConsoleFile ReadFile(string path, string name, FileExtensionContentTypeProvider types)
    {
        var plain = File.ReadAllBytes(path);
        var type = types.TryGetContentType(name, out var known) ? known : "application/octet-stream";
        if (type.StartsWith("text/", StringComparison.Ordinal)) type += "; charset=utf-8";
        var immutable = name.StartsWith("/assets/", StringComparison.Ordinal);
        return new ConsoleFile(type, $"\"{XxHash64.HashToUInt64(plain):x16}\"", immutable, plain, Beside(".gz"), Beside(".br"));

        byte[]? Beside(string suffix) => File.Exists(path + suffix) ? File.ReadAllBytes(path + suffix) : null;
    }
}
