using System.Diagnostics;
using System.Globalization;
using ECommerce.Channels.Testing;

namespace ECommerce.Channels.Benchmarks.Fanout;

/// <summary>
/// The stream that customers' pages hear, beside a plain SignalR hub that tells as many the same: delay, what one open connection takes
/// of the server's memory, CPU. In turns, each with fresh processes, so that what else the machine does hits both alike.
/// </summary>
internal sealed class FanoutBenchmark : IBenchmark
{
    public string Name => "fanout";

    public string Description => "events to many customers against SignalR: fanout [CONNECTIONS=10000] [DELIVERIES_A_SECOND=20000] [SECONDS=20] [ROUNDS=3] [MESSAGES_A_SECOND=100]";

    public async Task RunAsync(IReadOnlyList<string> options, Figures figures, CancellationToken cancellation)
    {
        if (options is ["side", ..])
        {
            await PlayAsync([.. options.Skip(1)], cancellation);
            return;
        }
        var load = new Load(Option(options, 0, 10_000), Option(options, 1, 20_000), Option(options, 2, 20));
        var (own, peer) = (new List<Turn>(), new List<Turn>());
        for (var round = 0; round < Option(options, 3, 3); round++)
        {
            // Who comes first has no advantage.
            foreach (var isOwn in new[] { round % 2 == 0, round % 2 != 0 })
                if (isOwn) own.Add(await TurnAsync(load, Dialect.ServerSentEvents(StreamSides.Path, Rooms.Name), "own", cancellation));
                else peer.Add(await TurnAsync(load, Dialect.SignalR(StreamSides.Path), "signalr", cancellation));
        }
        Report(load, own, peer, figures);
        await CareAsync(load, Option(options, 4, 100), figures, cancellation);
    }

    private static Task PlayAsync(string[] side, CancellationToken cancellation) => side switch
    {
        ["own", var port, var connections] => StreamSides.OwnAsync(Number(port), Number(connections), cancellation),
        ["care", var port, var connections, var database, var folder] => CareSide.RunAsync(Number(port), Number(connections), database, folder, cancellation),
        ["signalr", var port, _] => StreamSides.SignalRAsync(Number(port), cancellation),
        _ => throw new ArgumentException("No such side.", nameof(side)),
    };

    private static async Task<Turn> TurnAsync(Load load, Dialect dialect, string side, CancellationToken cancellation)
    {
        var port = Ports.Free();
        using var process = new SideProcess("fanout", "side", side, Text(port), Text(load.Connections));
        using var control = new Control(port);
        await control.OpenAsync(0, cancellation);
        await WarmAsync(load.Warm, port, dialect, control, cancellation);
        var before = await control.MemoryAsync(cancellation);
        await using var crowd = await Crowd.OpenAsync(port, load.Connections, dialect, Crowd.HearStamps, cancellation);
        await control.OpenAsync(load.Connections, cancellation);
        var connected = await control.MemoryAsync(cancellation);
        var (cpu, started) = (process.Cpu, Stopwatch.GetTimestamp());
        var expected = await control.TellAsync(load, cancellation);
        var heard = await crowd.HeardAsync(expected, cancellation);
        var turn = new Turn(
            heard.PerSecond(started), expected - heard.Delays.Length, heard.CutOff,
            heard.Milliseconds(0.5), heard.Milliseconds(0.99), (process.Cpu - cpu).TotalMicroseconds / heard.Delays.Length,
            PerConnection(connected), PerConnection(process.WorkingSet));
        Figures.Progress($"{side}: {turn}");
        return turn;

        double PerConnection(long bytes) => (bytes - before) / 1024.0 / load.Connections;
    }

    private static async Task WarmAsync(Load load, int port, Dialect dialect, Control control, CancellationToken cancellation)
    {
        await using (var crowd = await Crowd.OpenAsync(port, load.Connections, dialect, Crowd.HearStamps, cancellation))
        {
            await control.OpenAsync(load.Connections, cancellation);
            await control.TellAsync(load, cancellation);
        }
        await control.OpenAsync(0, cancellation);
    }

    /// <summary>The whole service, with no peer: a plain hub keeps nothing.</summary>
    private static async Task CareAsync(Load load, int messagesPerSecond, Figures figures, CancellationToken cancellation)
    {
        // What a message costs is writing it down.
        await using var postgres = new PostgresServer { Durable = true };
        await postgres.InitializeAsync();
        var (port, database, folder) = (Ports.Free(), await postgres.NewDatabaseAsync(), Directory.CreateTempSubdirectory("channels-bench-care-").FullName);
        try
        {
            using var process = new SideProcess("fanout", "side", "care", Text(port), Text(load.Connections), database, folder);
            using var control = new Control(port);
            await control.OpenAsync(0, cancellation);
            var care = new CareLoad(port, database, process, control);
            await care.RunAsync(load.Warm, Math.Min(messagesPerSecond, 50), (_, _, _) => { }, cancellation);
            await control.OpenAsync(0, cancellation);
            await care.RunAsync(load, messagesPerSecond, figures.Add, cancellation);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Report(Load load, List<Turn> own, List<Turn> peer, Figures figures)
    {
        figures.Add("fanout.connections", load.Connections, "connections");
        foreach (var (name, turns) in new[] { ("own", own), ("signalr", peer) })
        {
            figures.Add($"fanout.{name}.deliveries", Median(turns.Select(turn => turn.Rate)), "deliveries/s");
            figures.Add($"fanout.{name}.lost", turns.Sum(turn => turn.Lost), "deliveries");
            figures.Add($"fanout.{name}.cut-off", turns.Sum(turn => turn.CutOff), "connections");
            figures.Add($"fanout.{name}.p50", Median(turns.Select(turn => turn.P50)), "ms");
            figures.Add($"fanout.{name}.p99", Median(turns.Select(turn => turn.P99)), "ms");
            figures.Add($"fanout.{name}.cpu", Median(turns.Select(turn => turn.Cpu)), "µs/delivery");
            figures.Add($"fanout.{name}.memory", Median(turns.Select(turn => turn.Memory)), "KiB/connection");
            figures.Add($"fanout.{name}.memory-loaded", Median(turns.Select(turn => turn.MemoryLoaded)), "KiB/connection");
        }
        // Round by round, since neighbours share what the machine did meanwhile.
        figures.Add("fanout.p99-ratio", Ratio(turn => turn.P99), "×");
        figures.Add("fanout.cpu-ratio", Ratio(turn => turn.Cpu), "×");
        figures.Add("fanout.memory-ratio", Ratio(turn => turn.Memory), "×");
        figures.Add("fanout.memory-loaded-ratio", Ratio(turn => turn.MemoryLoaded), "×");

        double Ratio(Func<Turn, double> of) => Median(own.Zip(peer, (mine, its) => of(mine) / of(its)));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : double.NaN;

    private static int Option(IReadOnlyList<string> options, int at, int standard) => options.Count > at ? Number(options[at]) : standard;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>One side's, in one round.</summary>
    /// <param name="Memory">KiB a connection, idle and with no garbage.</param>
    /// <param name="MemoryLoaded">The same as it is at the end of the load.</param>
    private sealed record Turn(double Rate, long Lost, int CutOff, double P50, double P99, double Cpu, double Memory, double MemoryLoaded);
}

/// <param name="Rate">Deliveries a second.</param>
internal sealed record Load(int Connections, int Rate, int Seconds)
{
    public TimeSpan Time => TimeSpan.FromSeconds(Seconds);

    /// <summary>A few pages, until the JIT has seen enough.</summary>
    public Load Warm => new(Math.Min(200, Connections), Math.Min(5_000, Rate), 5);
}
