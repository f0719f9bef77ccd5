using Npgsql;
using Xunit;

namespace ECommerce.Channels.Testing;

/// <summary>
/// A real Dapr sidecar with a state store in PostgreSQL, as a service in the cluster has it: own ports, a token, nothing but loopback.
/// Started when a test first asks for it; skipped by name where there is no daprd or no PostgreSQL.
/// </summary>
public sealed class DaprSidecar(PostgresServer postgres) : IAsyncLifetime
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "channels-dapr-" + Guid.NewGuid().ToString("N")[..8]);
    private readonly SemaphoreSlim starting = new(1);
    private ToolProcess? daprd;

    /// <summary>Name of the state store's component.</summary>
    public const string Store = "state";

    public string AppId { get; init; } = "tests";

    /// <summary>What the sidecar wants in the header <c>dapr-api-token</c>.</summary>
    public string Token { get; } = Guid.NewGuid().ToString("N");

    public int HttpPort { get; private set; }

    public int GrpcPort { get; private set; }

    /// <summary>The database its state is in; a table <c>dapr_state</c>.</summary>
    public string? Database { get; private set; }

    /// <summary>Starts it where it is not running, on a database of its own, and waits until its state store answers.</summary>
    public async Task StartedAsync(CancellationToken cancellation = default)
    {
        await starting.WaitAsync(cancellation);
        try
        {
            if (daprd is null) await StartAsync(Database ?? await postgres.NewDatabaseAsync(), cancellation);
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>Starts it on this connection string, again after <see cref="KillAsync"/> too, on the same ports.</summary>
    public async Task StartAsync(string connectionString, CancellationToken cancellation = default)
    {
        var program = await Tools.UnpackAsync("dapr", cancellation);
        Database = connectionString;
        if (HttpPort == 0) HttpPort = Ports.Free(4);
        GrpcPort = HttpPort + 1;
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "state.yaml"), Component(connectionString), cancellation);
        daprd = ToolProcess.Start(
            program,
            [
                "daprd", "--app-id", AppId, "--dapr-http-port", $"{HttpPort}", "--dapr-grpc-port", $"{GrpcPort}",
                "--dapr-internal-grpc-port", $"{HttpPort + 2}", "--metrics-port", $"{HttpPort + 3}",
                "--dapr-listen-addresses", "127.0.0.1", "--resources-path", folder, "--log-level", "warn",
            ],
            Path.Combine(folder, "log"),
            new Dictionary<string, string> { ["DAPR_API_TOKEN"] = Token });
        await WaitUntilReadyAsync(cancellation);
    }

    /// <summary>SIGKILL: its ports refuse connections from now on.</summary>
    public async Task KillAsync()
    {
        if (daprd is null) return;
        await daprd.DisposeAsync();
        daprd = null;
    }

    /// <summary>SIGSTOP: it takes connections and answers nothing.</summary>
    public Task PauseAsync() => daprd!.PauseAsync();

    public Task ContinueAsync() => daprd!.ContinueAsync();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        starting.Dispose();
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(2) };
        await Tools.UntilAsync("daprd", TimeSpan.FromSeconds(60), async () =>
        {
            if (!daprd!.Running) throw new InvalidOperationException("daprd ended: " + await File.ReadAllTextAsync(daprd.Log, cancellation));
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{HttpPort}/v1.0/healthz/outbound"), cancellation);
                return answer.IsSuccessStatusCode;
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
            {
                return false;
            }
        }, cancellation);
    }

    private static string Component(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        var dsn = $"host={parts.Host} port={parts.Port} user={parts.Username} dbname={parts.Database} sslmode=disable"
            + (string.IsNullOrEmpty(parts.Password) ? "" : $" password={parts.Password}");
        return $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: {{Store}} }
            spec:
              type: state.postgresql
              version: v2
              metadata:
                - { name: connectionString, value: "{{dsn}}" }
                - { name: tablePrefix, value: "dapr_" }
                - { name: cleanupInterval, value: "5m" }
                - { name: maxConns, value: "10" }
            """;
    }
}
