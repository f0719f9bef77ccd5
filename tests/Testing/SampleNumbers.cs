using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace ECommerce.Channels.Testing;

/// <summary>The phone numbers of the sample export, to be looked for where none may be.</summary>
public sealed partial class SampleNumbers
{
    private readonly HashSet<string> numbers = [];

    /// <summary>Reads them out of tests/data.</summary>
    public static async Task<SampleNumbers> ReadAsync(CancellationToken cancellation)
    {
        await using var gzip = new GZipStream(File.OpenRead(Checkout.Data("boss-export.csv.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.Latin1);
        var found = new SampleNumbers();
        await reader.ReadLineAsync(cancellation);
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            if (line.Split(',') is [_, _, { Length: 11 } number, ..] && number.All(char.IsAsciiDigit)) found.numbers.Add(number);
        }
        Assert.True(found.numbers.Count > 19_000);
        return found;
    }

    /// <summary>Looks at every run of eleven digits.</summary>
    public void ExpectNone(string text, string where)
    {
        foreach (var match in Eleven().EnumerateMatches(text))
            Assert.False(
                numbers.Contains(text.Substring(match.Index, match.Length)),
                $"a phone number is in {where}: …{text[Math.Max(0, match.Index - 60)..match.Index]}");
    }

    /// <summary>Looks into every file below a folder, as others write to it; a file that has meanwhile been removed holds nothing.</summary>
    public async Task ExpectNoneInFilesAsync(string folder, CancellationToken cancellation)
    {
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        // A running suite lets nobody else open its lock, in which is nothing but its process's number.
        foreach (var file in Directory.EnumerateFiles(folder, "*", everything).Where(file => Path.GetFileName(file) != "suite.lock"))
            await ExpectNoneInFileAsync(file, cancellation);
    }

    public async Task ExpectNoneInFileAsync(string file, CancellationToken cancellation)
    {
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, cancellation);
            ExpectNone(Encoding.Latin1.GetString(bytes.GetBuffer(), 0, (int)bytes.Length), file);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
        }
    }

    [GeneratedRegex("(?<![0-9])1[3-9][0-9]{9}(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Eleven();
}
