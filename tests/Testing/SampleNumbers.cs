using System.IO.Compression;
using System.Text;
using Xunit;

namespace ECommerce.Channels.Testing;

/// <summary>The phone numbers of the sample export, to be looked for where none may be.</summary>
public sealed class SampleNumbers
{
    private const int Digits = 11;
    private const int ChunkBytes = 1 << 20;
    private const int ShownBefore = 60;

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
            if (line.Split(',') is [_, _, { Length: Digits } number, ..] && number.All(char.IsAsciiDigit)) found.numbers.Add(number);
        }
        Assert.True(found.numbers.Count > 19_000);
        return found;
    }

    public void ExpectNone(string text, string where) => ExpectNone(Encoding.Latin1.GetBytes(text), where);

    /// <summary>Looks at every run of eleven digits, no more and no less.</summary>
    public void ExpectNone(ReadOnlySpan<byte> bytes, string where)
    {
        Span<char> number = stackalloc char[Digits];
        var known = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var at = 0; at < bytes.Length;)
        {
            var start = bytes[at..].IndexOfAnyInRange((byte)'0', (byte)'9');
            if (start < 0) return;
            start += at;
            var length = bytes[start..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (length < 0) length = bytes.Length - start;
            at = start + length;
            if (length != Digits) continue;
            Encoding.Latin1.GetChars(bytes.Slice(start, Digits), number);
            if (known.Contains(number))
                Assert.Fail($"a phone number is in {where}: …{Encoding.Latin1.GetString(bytes[Math.Max(0, start - ShownBefore)..start])}");
        }
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
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var buffer = new byte[ChunkBytes];
            // What a chunk ends with is looked at again with the next one: a number may lie across.
            for (var kept = 0; await stream.ReadAtLeastAsync(buffer.AsMemory(kept), 1, throwOnEndOfStream: false, cancellation) is > 0 and var read;)
            {
                var filled = kept + read;
                ExpectNone(buffer.AsSpan(0, filled), file);
                kept = Math.Min(Digits + 1, filled);
                buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
            }
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
        }
    }
}
