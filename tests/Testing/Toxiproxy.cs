using System.Net.Http.Json;
using Xunit;

namespace ECommerce.Channels.Testing;

/// <summary>
/// Proxies that stand between a service and a port (PostgreSQL, Kafka, the sidecar) and add latency, cut, hang or limit, by Toxiproxy.
/// Started when a test first asks for a proxy; skipped by name where the program is not there.
/// </summary>
public sealed class Toxiproxy : IAsyncLifetime
{
    private readonly string log = Path.Combine(Path.GetTempPath(), "channels-toxiproxy-" + Guid.NewGuid().ToString("N")[..8] + ".log");
    private readonly HttpClient api = new(new SocketsHttpHandler { UseProxy = false });
    private readonly SemaphoreSlim starting = new(1);
    private ToolProcess? server;

    /// <summary>A new proxy on a free port of loopback in front of <paramref name="port"/>.</summary>
    public async Task<Proxy> InFrontOfAsync(int port, CancellationToken cancellation = default)
    {
        await starting.WaitAsync(cancellation);
        try
        {
            if (server is null) await StartAsync(cancellation);
        }
        finally
        {
            starting.Release();
        }
        var proxy = new Proxy(api, "p" + Guid.NewGuid().ToString("N")[..8], Ports.Free());
        await proxy.CreateAsync(port, cancellation);
        return proxy;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        File.Delete(log);
        api.Dispose();
        starting.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        var program = await Tools.UnpackAsync("toxiproxy-server", cancellation);
        var port = Ports.Free();
        api.BaseAddress = new Uri($"http://127.0.0.1:{port}/");
        server = ToolProcess.Start(program, ["-host", "127.0.0.1", "-port", $"{port}"], log);
        await Tools.UntilAsync("toxiproxy", TimeSpan.FromSeconds(20), AnswersAsync, cancellation);

        async Task<bool> AnswersAsync()
        {
            try
            {
                using var answer = await api.GetAsync(new Uri("version", UriKind.Relative), cancellation);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    /// <summary>One proxy; faults last until <see cref="HealAsync"/>.</summary>
    public sealed class Proxy
    {
        private readonly HttpClient api;
        private readonly string name;

        internal Proxy(HttpClient api, string name, int port)
        {
            this.api = api;
            this.name = name;
            Port = port;
        }

        /// <summary>Connect here.</summary>
        public int Port { get; }

        /// <summary>Each answer comes later by this time.</summary>
        public Task DelayAsync(TimeSpan latency, CancellationToken cancellation = default) =>
            AddAsync("latency", new { latency = (long)latency.TotalMilliseconds }, cancellation);

        /// <summary>Nothing comes through any more; connections stay open.</summary>
        public Task HangAsync(CancellationToken cancellation = default) => AddAsync("timeout", new { timeout = 0 }, cancellation);

        /// <summary>Answers come at this speed.</summary>
        public Task LimitAsync(int kilobytesPerSecond, CancellationToken cancellation = default) =>
            AddAsync("bandwidth", new { rate = kilobytesPerSecond }, cancellation);

        /// <summary>Each connection is closed after so many bytes of answers.</summary>
        public Task CloseAfterAsync(long bytes, CancellationToken cancellation = default) => AddAsync("limit_data", new { bytes }, cancellation);

        /// <summary>Closes every connection and refuses new ones.</summary>
        public Task CutAsync(CancellationToken cancellation = default) => PostAsync($"proxies/{name}", new { enabled = false }, cancellation);

        /// <summary>Takes every fault away and lets connections in again.</summary>
        public async Task HealAsync(CancellationToken cancellation = default)
        {
            var toxics = await api.GetFromJsonAsync<Toxic[]>(new Uri($"proxies/{name}/toxics", UriKind.Relative), cancellation);
            foreach (var toxic in toxics!)
            {
                using var answer = await api.DeleteAsync(new Uri($"proxies/{name}/toxics/{toxic.Name}", UriKind.Relative), cancellation);
                answer.EnsureSuccessStatusCode();
            }
            await PostAsync($"proxies/{name}", new { enabled = true }, cancellation);
        }

        internal Task CreateAsync(int upstream, CancellationToken cancellation) =>
            PostAsync("proxies", new { name, listen = $"127.0.0.1:{Port}", upstream = $"127.0.0.1:{upstream}", enabled = true }, cancellation);

        private Task AddAsync(string type, object attributes, CancellationToken cancellation) =>
            PostAsync($"proxies/{name}/toxics", new { type, stream = "downstream", attributes }, cancellation);

        private async Task PostAsync(string path, object body, CancellationToken cancellation)
        {
            // Buffered: the server does not read a chunked body of an update.
            using var content = JsonContent.Create(body);
            await content.LoadIntoBufferAsync(cancellation);
            using var answer = await api.PostAsync(new Uri(path, UriKind.Relative), content, cancellation);
            if (!answer.IsSuccessStatusCode)
                throw new InvalidOperationException($"toxiproxy {path}: {await answer.Content.ReadAsStringAsync(cancellation)}");
        }

        private sealed record Toxic(string Name);
    }
}
