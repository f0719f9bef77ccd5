using System.Text.Json;
using System.Threading.Channels;
using ECommerce.Channels.Imports;

namespace ECommerce.Channels.Suite.Import;

/// <summary>An order to import a file.</summary>
/// <param name="Pseudonym">Makes the pseudonym of a phone number; null for what is none.</param>
/// <param name="Rejects">Where rejected rows are written, if anywhere.</param>
internal sealed record ImportOrder(string Path, Mapping Mapping, string MappingName, bool History, Func<string, string?> Pseudonym, string? Rejects);

/// <summary>
/// Reads a file once for its hash and once for its rows, makes transactions of them here, and sends them in chunks, several at a time.
/// Chunks are settled in the order of the file and reported so; killed at any point, the same command goes on after the last report,
/// and what was sent twice is recognised.
/// </summary>
internal sealed class Importer(ImportClient client, IImportProgress progress, TimeProvider time)
{
    private const int InFlight = 4;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(250);

    /// <returns>The import's resource, when everything in the file is counted.</returns>
    public async Task<JsonElement> RunAsync(ImportOrder order, CancellationToken cancellation)
    {
        var length = new FileInfo(order.Path).Length;
        var facts = await SourceFile.InspectAsync(order.Path, read => progress.Inspecting(read, length), cancellation);
        await using var content = SourceFile.Open(order.Path, out var file);
        using var text = new StreamReader(content, facts.Encoding, detectEncodingFromByteOrderMarks: true, 1 << 16);
        var reader = await RecordReader.OpenAsync(text, order.Mapping, facts.Json, cancellation);
        var mapper = new RowMapper(order.Mapping, reader.Columns, order.Pseudonym);

        var state = await client.StartAsync(
            new ImportDescription(order.Mapping.Source, order.MappingName, order.History, Path.GetFileName(order.Path), facts.Sha256), cancellation);
        if (state.Rows > 0) progress.Resuming(state.Rows);
        await SendAllAsync(order, new Reading(reader, mapper, file), state, cancellation);
        return await CountedAsync(state.Id, cancellation);
    }

    private async Task SendAllAsync(ImportOrder order, Reading reading, ImportState state, CancellationToken cancellation)
    {
        await using var rejects = order.Rejects is { } path ? await RejectFile.OpenAsync(path, state.Rows, cancellation) : null;
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pending = Channel.CreateBounded<Task<Chunk>>(InFlight - 2);
        var reader = ReadAsync(reading, state, pending.Writer, failed.Token);
        try
        {
            await SettleAsync(pending.Reader, new Tally(state), rejects, cancellation);
            await reader;
        }
        catch
        {
            // The first fault is the one to tell; what is still under way is called off and waited for.
            await failed.CancelAsync();
            await reader.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    private async Task ReadAsync(Reading reading, ImportState state, ChannelWriter<Task<Chunk>> pending, CancellationToken cancellation)
    {
        try
        {
            var chunk = new Chunk(state.Rows / Chunk.Rows);
            await foreach (var row in reading.Reader.RowsAsync(cancellation))
            {
                if (row.Number <= state.Rows) continue;
                var (mapped, cause) = reading.Mapper.Map(row.Cells);
                chunk.Add(row, mapped, cause);
                if (row.Number % Chunk.Rows != 0) continue;
                chunk.FilePosition = reading.File.Position;
                await pending.WriteAsync(SendAsync(state.Id, chunk, cancellation), cancellation);
                chunk = new Chunk(chunk.Number + 1);
            }
            chunk.FilePosition = reading.File.Position;
            if (chunk.LastRow > 0) await pending.WriteAsync(SendAsync(state.Id, chunk, cancellation), cancellation);
            pending.Complete();
        }
        catch (Exception broken)
        {
            pending.Complete(broken);
        }
    }

    private async Task<Chunk> SendAsync(string import, Chunk chunk, CancellationToken cancellation)
    {
        await client.SendAsync(import, chunk, cancellation);
        return chunk;
    }

    /// <summary>Takes the chunks in the order of the file, each when it is durable, and reports how far that is.</summary>
    private async Task SettleAsync(ChannelReader<Task<Chunk>> pending, Tally tally, RejectFile? rejects, CancellationToken cancellation)
    {
        var reported = time.GetTimestamp();
        await foreach (var sending in pending.ReadAllAsync(cancellation))
        {
            using var chunk = await sending;
            tally.Add(chunk);
            if (rejects is not null) await rejects.AddAsync(chunk.Rejects, cancellation);
            progress.Sent(tally.Rows, tally.Rejected.Values.Sum(), chunk.FilePosition);
            if (time.GetElapsedTime(reported) < ReportEvery) continue;
            await client.ReportAsync(tally.Import, tally.Rows, tally.Rejected, done: false, cancellation);
            reported = time.GetTimestamp();
        }
        await client.ReportAsync(tally.Import, tally.Rows, tally.Rejected, done: true, cancellation);
    }

    private async Task<JsonElement> CountedAsync(string id, CancellationToken cancellation)
    {
        while (true)
        {
            var import = await client.GetAsync(id, cancellation);
            var lag = import.GetProperty("lag").GetInt64();
            if (lag == 0 && import.GetProperty("done").GetBoolean()) return import;
            progress.Counting(lag);
            await Task.Delay(AskEvery, time, cancellation);
        }
    }

    private sealed record Reading(RecordReader Reader, RowMapper Mapper, FileStream File);

    private sealed class Tally(ImportState state)
    {
        public string Import => state.Id;

        public long Rows { get; private set; } = state.Rows;

        public Dictionary<string, long> Rejected { get; } = new(state.Rejected);

        public void Add(Chunk chunk)
        {
            Rows = chunk.LastRow;
            foreach (var reject in chunk.Rejects) Rejected[reject.Cause] = Rejected.GetValueOrDefault(reject.Cause) + 1;
        }
    }
}
