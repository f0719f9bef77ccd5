using System.Text;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Suite.Import;

/// <summary>
/// Where the user wants to see what was rejected: row, line, cause and the row itself, with everything masked that looks like a phone
/// number. Readable by its owner alone.
/// </summary>
internal sealed class RejectFile : IAsyncDisposable
{
    private const string Header = "row,line,cause,text";

    private readonly StreamWriter writer;

    private RejectFile(StreamWriter writer) => this.writer = writer;

    /// <summary>Goes on with the file of an interrupted import: what it says of rows after <paramref name="doneRows"/> is written again.</summary>
    public static async Task<RejectFile> OpenAsync(string path, long doneRows, CancellationToken cancellation)
    {
        var kept = doneRows > 0 && File.Exists(path) ? await KeptAsync(path, doneRows, cancellation) : [];
        File.Delete(path);
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            Options = FileOptions.Asynchronous,
        });
        var file = new RejectFile(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)));
        await file.writer.WriteLineAsync(Header.AsMemory(), cancellation);
        foreach (var line in kept) await file.writer.WriteLineAsync(line.AsMemory(), cancellation);
        return file;
    }

    /// <summary>Writes and hands to the system, so that a count never runs ahead of the file.</summary>
    public async Task AddAsync(IEnumerable<Reject> rejects, CancellationToken cancellation)
    {
        foreach (var reject in rejects.OrderBy(reject => reject.Row))
        {
            var text = PhoneNumbers.Mask(reject.Raw).Replace("\"", "\"\"", StringComparison.Ordinal).ReplaceLineEndings(" ");
            await writer.WriteLineAsync($"{reject.Row},{reject.Line},{reject.Cause},\"{text}\"".AsMemory(), cancellation);
        }
        await writer.FlushAsync(cancellation);
    }

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    private static async Task<List<string>> KeptAsync(string path, long doneRows, CancellationToken cancellation)
    {
        var kept = new List<string>();
        await foreach (var line in File.ReadLinesAsync(path, cancellation))
        {
            var comma = line.IndexOf(',', StringComparison.Ordinal);
            if (comma > 0 && long.TryParse(line.AsSpan(0, comma), out var row) && row <= doneRows && line.EndsWith('"')) kept.Add(line);
        }
        return kept;
    }
}
