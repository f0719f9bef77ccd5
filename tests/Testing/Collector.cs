using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Testing;

/// <summary>A span as the collector hands it on.</summary>
/// <param name="Kind">2 server, 3 client, as in OTLP.</param>
public sealed record CollectedSpan(string Trace, string Id, string Parent, string Name, int Kind, IReadOnlyDictionary<string, string> Attributes);

/// <summary>
/// A real OpenTelemetry Collector that takes OTLP by gRPC and hands everything on to the test. Skips the calling test where the program
/// is not there.
/// </summary>
public sealed class Collector : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("channels-otel-").FullName;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<byte[]>> received = new();
    private WebApplication? behind;
    private ToolProcess? program;

    private Collector()
    {
    }

    /// <summary>For <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public string Endpoint { get; } = $"http://127.0.0.1:{Ports.Free()}";

    public static async Task<Collector> StartAsync(CancellationToken cancellation)
    {
        var path = await Tools.UnpackAsync("otelcol", cancellation);
        var collector = new Collector();
        var address = await collector.ListenAsync(cancellation);
        var config = Path.Combine(collector.folder, "config.yaml");
        await File.WriteAllTextAsync(config, $$"""
            receivers:
              otlp: { protocols: { grpc: { endpoint: "{{collector.Endpoint["http://".Length..]}}" } } }
            exporters:
              otlphttp: { endpoint: "{{address}}", encoding: json, compression: none }
            service:
              telemetry: { metrics: { level: none } }
              pipelines:
                traces: { receivers: [otlp], exporters: [otlphttp] }
                metrics: { receivers: [otlp], exporters: [otlphttp] }
                logs: { receivers: [otlp], exporters: [otlphttp] }
            """, cancellation);
        collector.program = ToolProcess.Start(path, ["--config", config], Path.Combine(collector.folder, "log"));
        await Tools.UntilAsync("the collector", TimeSpan.FromSeconds(60), collector.IsReadyAsync, cancellation);
        return collector;
    }

    /// <summary>How many messages of a signal came: <c>traces</c>, <c>metrics</c> or <c>logs</c>.</summary>
    public int Count(string signal) => Of(signal).Count;

    /// <summary>Everything that came of a signal, as text; what is escaped in JSON is plain.</summary>
    public string Text(string signal) => string.Join('\n', Of(signal).Select(message => Encoding.UTF8.GetString(message)));

    public IEnumerable<CollectedSpan> Spans() =>
        from message in Messages("traces")
        from resource in message.GetProperty("resourceSpans").EnumerateArray()
        from scope in resource.GetProperty("scopeSpans").EnumerateArray()
        from span in scope.GetProperty("spans").EnumerateArray()
        select new CollectedSpan(
            Of(span, "traceId"), Of(span, "spanId"), Of(span, "parentSpanId"), Of(span, "name"), span.GetProperty("kind").GetInt32(), Attributes(span));

    /// <summary>The points of a histogram, in the order in which they came.</summary>
    public IEnumerable<(IReadOnlyDictionary<string, string> Attributes, long Count)> Histogram(string name) =>
        from message in Messages("metrics")
        from resource in message.GetProperty("resourceMetrics").EnumerateArray()
        from scope in resource.GetProperty("scopeMetrics").EnumerateArray()
        from metric in scope.GetProperty("metrics").EnumerateArray()
        where Of(metric, "name") == name
        from point in metric.GetProperty("histogram").GetProperty("dataPoints").EnumerateArray()
        select ((IReadOnlyDictionary<string, string>)Attributes(point), long.Parse(Of(point, "count")));

    public async ValueTask DisposeAsync()
    {
        if (program is not null) await program.DisposeAsync();
        if (behind is not null) await behind.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        var log = File.Exists(program!.Log) ? await File.ReadAllTextAsync(program.Log) : "";
        if (!program.Running) throw new InvalidOperationException("The collector ended: " + log);
        return log.Contains("Everything is ready", StringComparison.Ordinal);
    }

    private async Task<string> ListenAsync(CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        behind = builder.Build();
        behind.MapPost("/v1/{signal}", TakeAsync);
        await behind.StartAsync(cancellation);
        return behind.Urls.Single();
    }

    private async Task<IResult> TakeAsync(string signal, HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        Of(signal).Enqueue(body.ToArray());
        return Results.Text("{}", "application/json");
    }

    private ConcurrentQueue<byte[]> Of(string signal) => received.GetOrAdd(signal, _ => new ConcurrentQueue<byte[]>());

    private IEnumerable<JsonElement> Messages(string signal) => Of(signal).Select(message => JsonDocument.Parse(message).RootElement);

    private static string Of(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static Dictionary<string, string> Attributes(JsonElement element) => !element.TryGetProperty("attributes", out var attributes) ? [] : attributes
        .EnumerateArray().ToDictionary(attribute => Of(attribute, "key"), attribute => attribute.GetProperty("value").EnumerateObject().First().Value.ToString());
}
