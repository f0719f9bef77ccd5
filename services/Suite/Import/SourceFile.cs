using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using UtfUnknown;

namespace ECommerce.Channels.Suite.Import;

/// <summary>What a first pass over a file found out.</summary>
/// <param name="Sha256">Of the file as it lies on disk; lower-case hexadecimal.</param>
/// <param name="Length">Bytes on disk.</param>
/// <param name="Json">One JSON object a line, else columns.</param>
internal sealed record FileFacts(string Path, string Sha256, long Length, Encoding Encoding, bool Json);

/// <summary>
/// An export as it comes: plain, gzip or zip (of one file), in any encoding. It is read as a stream, twice: once for its hash and
/// encoding, once for its rows. No copy of it is ever made.
/// </summary>
internal static class SourceFile
{
    private const int SampleLength = 256 * 1024;
    private const float SureEnough = 0.8f;

    static SourceFile() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <exception cref="InvalidDataException">A broken archive, or a zip that holds several files.</exception>
    public static async Task<FileFacts> InspectAsync(string path, Action<long> bytesRead, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await HashAsync(path, hash, bytesRead, cancellation);
        using var probe = new TextProbe();
        await using var content = Open(path, out var file);
        var end = content is GZipStream ? new GzipEnd(file) : null;
        await using var whole = end?.Unpack() ?? content;
        var buffer = new byte[1 << 16];
        while (await whole.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation) is var read and > 0)
        {
            probe.Add(buffer.AsSpan(0, read));
            end?.Saw(buffer.AsSpan(0, read));
        }
        end?.Check();
        return new FileFacts(
            path, Convert.ToHexStringLower(hash.GetHashAndReset()), new FileInfo(path).Length, probe.Encoding(), probe.LooksLikeJson);
    }

    /// <summary>The content, unpacked.</summary>
    /// <param name="file">The file below it; its position tells how far reading has come.</param>
    public static Stream Open(string path, out FileStream file)
    {
        file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        Span<byte> magic = stackalloc byte[4];
        var length = file.ReadAtLeast(magic, 4, throwOnEndOfStream: false);
        file.Position = 0;
        if (length >= 2 && magic[0] == 0x1f && magic[1] == 0x8b) return new GZipStream(file, CompressionMode.Decompress);
        return length == 4 && magic.SequenceEqual("PK\u0003\u0004"u8) ? OpenZip(file) : file;
    }

    private static Stream OpenZip(FileStream file)
    {
        var archive = new ZipArchive(file, ZipArchiveMode.Read);
        var entries = archive.Entries.Where(entry => entry.Length > 0 || !entry.FullName.EndsWith('/')).ToList();
        if (entries.Count == 1) return entries[0].Open();
        archive.Dispose();
        throw new InvalidDataException($"the archive holds {entries.Count} files; import them one by one");
    }

    private static async Task HashAsync(string path, IncrementalHash hash, Action<long> bytesRead, CancellationToken cancellation)
    {
        await using var raw = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var buffer = new byte[1 << 18];
        for (int read; (read = await raw.ReadAsync(buffer, cancellation)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
            bytesRead(raw.Position);
        }
    }

    /// <summary>
    /// Finds the encoding: a byte order mark; else UTF-8, if every byte of the content is; else what the detector is sure of; else
    /// GB18030, which reads GBK and GB2312 too.
    /// </summary>
    private sealed class TextProbe : IDisposable
    {
        // Blanks, and the bytes of byte order marks.
        private static readonly SearchValues<byte> BeforeText = SearchValues.Create([0xEF, 0xBB, 0xBF, 0xFF, 0xFE, 0, (byte)' ', (byte)'\t', (byte)'\r', (byte)'\n']);

        private readonly MemoryStream sample = new();
        private readonly byte[] head = new byte[4];
        private byte[] tail = [];
        private int headLength;
        private bool utf8 = true;
        private bool seenText;

        public bool LooksLikeJson { get; private set; }

        public void Dispose() => sample.Dispose();

        public void Add(ReadOnlySpan<byte> bytes)
        {
            if (headLength == 0) bytes[..(headLength = Math.Min(4, bytes.Length))].CopyTo(head);
            LookForJson(bytes);
            if (utf8) utf8 = Utf8Continues(bytes);
            // A sample that starts where the text stops being ASCII tells the detector most.
            var from = sample.Length > 0 ? 0 : Math.Max(0, bytes.IndexOfAnyInRange((byte)0x80, (byte)0xff) - 200);
            if (sample.Length < SampleLength && (sample.Length > 0 || bytes.IndexOfAnyInRange((byte)0x80, (byte)0xff) >= 0))
                sample.Write(bytes[from..]);
        }

        public Encoding Encoding()
        {
            if (ByteOrderMark() is { } marked) return marked;
            if (utf8 && tail.Length == 0) return System.Text.Encoding.UTF8;
            sample.Position = 0;
            var found = CharsetDetector.DetectFromStream(sample).Detected;
            if (found is not { Confidence: >= SureEnough, Encoding: { } encoding }) return Gb18030;
            // GB2312 and GBK are parts of GB18030, and exports hold characters beyond them.
            return encoding.WebName is "gb2312" or "gbk" or "gb18030" or "hz-gb-2312" ? Gb18030 : encoding;
        }

        private static Encoding Gb18030 => System.Text.Encoding.GetEncoding("GB18030");

        private Encoding? ByteOrderMark() => head switch
        {
            [0xEF, 0xBB, 0xBF, ..] => System.Text.Encoding.UTF8,
            [0xFF, 0xFE, 0, 0] => System.Text.Encoding.UTF32,
            [0xFF, 0xFE, ..] => System.Text.Encoding.Unicode,
            [0xFE, 0xFF, ..] => System.Text.Encoding.BigEndianUnicode,
            [0x84, 0x31, 0x95, 0x33] => Gb18030,
            _ => null,
        };

        private void LookForJson(ReadOnlySpan<byte> bytes)
        {
            if (seenText) return;
            var text = bytes.IndexOfAnyExcept(BeforeText);
            if (text < 0) return;
            seenText = true;
            LooksLikeJson = bytes[text] == (byte)'{';
        }

        /// <summary>Checks the bytes with the incomplete character that the last ones may have ended in.</summary>
        private bool Utf8Continues(ReadOnlySpan<byte> bytes)
        {
            var joined = tail.Length == 0 ? bytes : (byte[])[.. tail, .. bytes];
            var keep = IncompleteAtEnd(joined);
            tail = joined[^keep..].ToArray();
            return Utf8.IsValid(joined[..^keep]);
        }

        /// <summary>Length of a character that has begun in the last three bytes and not ended.</summary>
        private static int IncompleteAtEnd(ReadOnlySpan<byte> bytes)
        {
            for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
            {
                var lead = bytes[^back];
                if ((lead & 0xC0) == 0x80) continue;
                var length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
                return length > back ? back : 0;
            }
            return 0;
        }
    }
}
