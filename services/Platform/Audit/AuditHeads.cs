using System.Text.Json;

namespace ECommerce.Channels.Platform.Audit;

/// <summary>
/// The published ends of chains, one JSON object a line, in a file outside of the database that only we may read. Several services
/// and processes share it. A line is on the disk when a call returns; a line torn by a crash is left behind and skipped.
/// </summary>
internal sealed class AuditHeads(string path)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task PublishAsync(AuditHead head, CancellationToken cancellation)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(head, JsonSerializerOptions.Web);
        await using var file = await OpenAsync(FileAccess.ReadWrite, cancellation);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var torn = IsTorn(file);
        file.Seek(0, SeekOrigin.End);
        await file.WriteAsync((byte[])[.. torn ? "\n"u8 : default, .. line, (byte)'\n'], cancellation);
        file.Flush(flushToDisk: true);
    }

    /// <summary>The heads of one service in the order of their publication, and how many lines of the file nobody can read.</summary>
    public async Task<(IReadOnlyList<AuditHead> Heads, int DamagedLines)> ReadAsync(string service, CancellationToken cancellation)
    {
        if (!File.Exists(path)) return ([], 0);
        var heads = new List<AuditHead>();
        var damaged = 0;
        await using var file = await OpenAsync(FileAccess.Read, cancellation);
        using var lines = new StreamReader(file);
        while (await lines.ReadLineAsync(cancellation) is { } line)
        {
            if (line.Length == 0) continue;
            if (Parse(line) is not { } head) damaged++;
            else if (head.Service == service) heads.Add(head);
        }
        return (heads, damaged);
    }

    private static AuditHead? Parse(string line)
    {
        try
        {
            var head = JsonSerializer.Deserialize<AuditHead>(line, JsonSerializerOptions.Web);
            return head is { Service: not null, Hash: not null, Number: > 0 } ? head : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsTorn(FileStream file)
    {
        if (file.Length == 0) return false;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }

    /// <summary>Opened for one writer alone: appending in .NET is no single step. Whoever has it needs it for milliseconds.</summary>
    private async Task<FileStream> OpenAsync(FileAccess access, CancellationToken cancellation)
    {
        var options = new FileStreamOptions
        {
            Mode = access == FileAccess.Read ? FileMode.Open : FileMode.OpenOrCreate,
            Access = access,
            Share = access == FileAccess.Read ? FileShare.Read : FileShare.None,
        };
        if (options.Mode == FileMode.OpenOrCreate && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException busy) when (busy is not (FileNotFoundException or DirectoryNotFoundException) && !patience.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), cancellation);
            }
        }
    }
}

/// <summary>Tells the publisher that a row is about to be committed.</summary>
internal sealed class AuditHeadSignal : IDisposable
{
    private readonly SemaphoreSlim raised = new(0);
    private long wanted;

    /// <summary>The highest number that was appended by this process, committed or not.</summary>
    public long Wanted => Interlocked.Read(ref wanted);

    public void Raise(long number)
    {
        var seen = Interlocked.Read(ref wanted);
        while (number > seen && Interlocked.CompareExchange(ref wanted, number, seen) is var now && now != seen) seen = now;
        if (raised.CurrentCount == 0) raised.Release();
    }

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellation) => raised.WaitAsync(atMost, cancellation);

    public void Dispose() => raised.Dispose();
}
