using System.Globalization;
using ECommerce.Channels.Testing;

namespace ECommerce.Channels.Benchmarks.Gateways;

/// <summary>
/// The gateway beside bare YARP, the same stub behind both, in turns of a few seconds so that what else the machine does hits both
/// alike: requests a second from some connections that never pause, the time of one connection's request, and CPU of the proxy's process.
/// </summary>
internal sealed class GatewayBenchmark : IBenchmark
{
    private const int Rounds = 7;

    public string Name => "gateway";

    public string Description => "the gateway against bare YARP: gateway [CONNECTIONS=32] [SECONDS_A_TURN=3]";

    public async Task RunAsync(IReadOnlyList<string> options, Figures figures, CancellationToken cancellation)
    {
        if (options is ["side", ..])
        {
            await PlayAsync([.. options.Skip(1)], cancellation);
            return;
        }
        var connections = options.Count > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 32;
        var turn = TimeSpan.FromSeconds(options.Count > 1 ? int.Parse(options[1], CultureInfo.InvariantCulture) : 3);
        await using var postgres = new PostgresServer();
        await postgres.InitializeAsync();
        var key = $"chk_bench_{Guid.NewGuid():N}";
        var (stub, bare, own) = (Ports.Free().ToString(CultureInfo.InvariantCulture), Ports.Free(), Ports.Free());
        using var service = new SideProcess("gateway", "side", "stub", stub);
        using var bareProcess = new SideProcess("gateway", "side", "bare", Text(bare), stub);
        using var ownProcess = new SideProcess("gateway", "side", "own", Text(own), stub, await postgres.NewDatabaseAsync(), key);
        var sides = new[] { new Side("yarp", new LoadClient(bare, Sides.Path, key), bareProcess), new Side("gateway", new LoadClient(own, Sides.Path, key), ownProcess) };
        foreach (var side in sides) await side.WarmAsync(connections, cancellation);
        for (var round = 0; round < Rounds; round++)
            // Who comes first has no advantage.
            foreach (var side in round % 2 == 0 ? sides : sides.Reverse())
            {
                await side.LoadAsync(connections, turn, cancellation);
                await side.AloneAsync(turn / 2, cancellation);
            }
        Report(sides[0], sides[1], figures);
    }

    private static Task PlayAsync(string[] side, CancellationToken cancellation) => side switch
    {
        ["stub", var port] => Sides.StubAsync(Number(port)),
        ["bare", var port, var stub] => Sides.BareAsync(Number(port), Number(stub)),
        ["own", var port, var stub, var database, var key] => Sides.GatewayAsync(Number(port), Number(stub), database, key, cancellation),
        _ => throw new ArgumentException("No such side.", nameof(side)),
    };

    private static void Report(Side bare, Side own, Figures figures)
    {
        foreach (var side in new[] { bare, own })
        {
            figures.Add($"gateway.{side.Name}.throughput", Median(side.Rates), "requests/s");
            figures.Add($"gateway.{side.Name}.cpu", Median(side.Cpus), "µs/request");
            figures.Add($"gateway.{side.Name}.p50", Median(side.Alone), "ms");
            figures.Add($"gateway.{side.Name}.loaded-p50", Median(side.Loaded), "ms");
        }
        // Round by round, since neighbours share what the machine did meanwhile.
        figures.Add("gateway.throughput-ratio", Median([.. own.Rates.Zip(bare.Rates, (mine, its) => mine / its)]), "×");
        figures.Add("gateway.cpu-added", Median([.. own.Cpus.Zip(bare.Cpus, (mine, its) => mine - its)]), "µs/request");
        figures.Add("gateway.p50-added", Median([.. own.Alone.Zip(bare.Alone, (mine, its) => mine - its)]), "ms");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>One of the two, with what each round measured.</summary>
    private sealed record Side(string Name, LoadClient Client, SideProcess Process)
    {
        private static readonly TimeSpan Warm = TimeSpan.FromSeconds(4);

        public List<double> Rates { get; } = [];

        public List<double> Cpus { get; } = [];

        public List<double> Alone { get; } = [];

        public List<double> Loaded { get; } = [];

        /// <summary>Until it answers, and the JIT has seen enough.</summary>
        public async Task WarmAsync(int connections, CancellationToken cancellation)
        {
            var deadline = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(2);
            while (true)
            {
                try
                {
                    await Client.RunAsync(connections, Warm, cancellation);
                    return;
                }
                catch (Exception e) when (e is System.Net.Sockets.SocketException or InvalidOperationException && TimeProvider.System.GetUtcNow() < deadline)
                {
                    await Task.Delay(200, cancellation);
                }
            }
        }

        public async Task LoadAsync(int connections, TimeSpan time, CancellationToken cancellation)
        {
            var cpu = Process.Cpu;
            var times = await Client.RunAsync(connections, time, cancellation);
            Rates.Add(times.Count / time.TotalSeconds);
            Cpus.Add((Process.Cpu - cpu).TotalMicroseconds / times.Count);
            Loaded.Add(times[times.Count / 2]);
        }

        public async Task AloneAsync(TimeSpan time, CancellationToken cancellation)
        {
            var times = await Client.RunAsync(1, time, cancellation);
            Alone.Add(times[times.Count / 2]);
        }
    }
}
