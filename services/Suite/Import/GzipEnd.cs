using System.IO.Compression;

namespace ECommerce.Channels.Suite.Import;

/// <summary>
/// Tells whether a gzip file is whole. The framework's reader takes a file that was cut off for one that ended; so a member with a mark
/// of our own is put behind it: only where the file's own members end properly does the mark come out at the end of the content.
/// </summary>
internal sealed class GzipEnd(Stream file) : Stream
{
    private static readonly byte[] Mark = "\n-- end of file --\n"u8.ToArray();

    private readonly MemoryStream after = Packed();
    private byte[] last = [];

    /// <summary>The content with the mark behind it.</summary>
    public Stream Unpack() => new GZipStream(this, CompressionMode.Decompress);

    /// <summary>Shown everything that came out, in pieces of any length.</summary>
    public void Saw(ReadOnlySpan<byte> bytes) =>
        last = bytes.Length >= Mark.Length ? bytes[^Mark.Length..].ToArray() : [.. last.TakeLast(Mark.Length - bytes.Length), .. bytes];

    /// <exception cref="InvalidDataException">The file was cut off, or something that is not gzip follows in it.</exception>
    public void Check()
    {
        if (!last.AsSpan().SequenceEqual(Mark)) throw new InvalidDataException("the gzip file is cut off, or broken at its end");
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => file.Read(buffer) is var read and > 0 ? read : after.Read(buffer);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        await file.ReadAsync(buffer, cancellationToken) is var read and > 0 ? read : after.Read(buffer.Span);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
            after.Dispose();
        }
        base.Dispose(disposing);
    }

    private static MemoryStream Packed()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true)) gzip.Write(Mark);
        packed.Position = 0;
        return packed;
    }
}
