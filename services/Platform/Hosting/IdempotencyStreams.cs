using System.Security.Cryptography;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>
/// A request's body on its way to the handler, hashed as it passes: however large, it is never held as a whole. The hash is not this
/// stream's own, since a handler that is done with the body may dispose it.
/// </summary>
internal sealed class HashedBody(Stream body, IncrementalHash hash) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The hash of the whole body, what the handler left unread included.</summary>
    public async Task<byte[]> FinishAsync(CancellationToken cancellation)
    {
        await CopyToAsync(Null, cancellation);
        return hash.GetCurrentHash();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        hash.AppendData(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = body.Read(buffer, offset, count);
        hash.AppendData(buffer, offset, read);
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>An answer held back until it is kept. One that grows too large goes out as it comes, and is not kept.</summary>
internal sealed class HeldAnswer(Stream target, int limit) : Stream
{
    private readonly MemoryStream held = new();

    public bool Overflowed { get; private set; }

    public byte[] Bytes => held.ToArray();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Forgets what was written: another answer takes its place.</summary>
    public void Restart() => held.SetLength(0);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!Overflowed && held.Length + buffer.Length > limit) await ReleaseAsync(cancellationToken);
        if (Overflowed) await target.WriteAsync(buffer, cancellationToken);
        else held.Write(buffer.Span);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Overflowed ? target.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Answers are written asynchronously.");

    private async Task ReleaseAsync(CancellationToken cancellation)
    {
        Overflowed = true;
        await target.WriteAsync(held.GetBuffer().AsMemory(0, (int)held.Length), cancellation);
        held.SetLength(0);
    }
}
