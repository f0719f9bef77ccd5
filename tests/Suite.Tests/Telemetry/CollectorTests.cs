using System.Diagnostics;
using System.Net.Http.Headers;
using ECommerce.Channels.Suite.CommandLine;
using ECommerce.Channels.Suite.Tests.Running;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Telemetry;

/// <summary>What a running suite sends to a real OpenTelemetry Collector.</summary>
public sealed class CollectorTests : IAsyncLifetime
{
    private const int Server = 2;
    private const int Client = 3;
    private const string Requests = "http.server.request.duration";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SuiteProcess suite = new();
    private Collector collector = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "PostgreSQL is not installed");
        collector = await Collector.StartAsync(Cancellation);
        suite.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint;
        suite.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        suite.Environment["OTEL_BSP_SCHEDULE_DELAY"] = "200";
        suite.Environment["OTEL_BLRP_SCHEDULE_DELAY"] = "200";
        await suite.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await suite.DisposeAsync();
        if (collector is not null) await collector.DisposeAsync();
    }

    [Fact]
    [Trait("Size", "all")]
    public async Task Request_FromGatewayToPostgreSql_IsOneTraceOneSpanAndOneCountPerService()
    {
        var (trace, caller) = (ActivityTraceId.CreateRandom().ToString(), ActivitySpanId.CreateRandom().ToString());
        await AskAsync("/api/v1/kpi/indicators/attempts/values?from=2026-09-28&to=2026-09-29", $"00-{trace}-{caller}-01");

        List<CollectedSpan> spans = [];
        await Tools.UntilAsync("a span of each service and one of the database", Patience, () =>
        {
            spans = [.. collector.Spans().Where(span => span.Trace == trace)];
            return Task.FromResult(spans.Count(span => span.Kind == Server) >= 2 && spans.Exists(IsQuery));
        }, Cancellation);
        var gateway = Assert.Single(spans, span => span.Kind == Server && ServiceOf(span) == "gateway");
        var kpi = Assert.Single(spans, span => span.Kind == Server && ServiceOf(span) == "kpi");
        Assert.Equal(2, spans.Count(span => span.Kind == Server));
        Assert.Equal(caller, gateway.Parent);
        // Between the two is the call that the gateway makes.
        Assert.Equal((Client, "gateway"), (ParentOf(kpi, spans).Kind, ServiceOf(ParentOf(kpi, spans))));
        Assert.Contains(gateway, AboveOf(kpi, spans));
        var queries = spans.Where(IsQuery).ToList();
        Assert.All(queries, query => Assert.Equal("kpi", ServiceOf(query)));
        Assert.All(queries, query => Assert.Contains(kpi, AboveOf(query, spans)));

        await Tools.UntilAsync("a count of each service", Patience, () => Task.FromResult(Counted("gateway") >= 1 && Counted("kpi") >= 1), Cancellation);
        var exports = collector.Count("metrics");
        await Tools.UntilAsync("two exports more", Patience, () => Task.FromResult(collector.Count("metrics") >= exports + 2), Cancellation);
        Assert.Equal((1, 1, 0), (Counted("gateway"), Counted("kpi"), Counted("care")));
    }

    /// <summary>Whoever is erased must not be found by a trace.</summary>
    [Fact]
    [Trait("Size", "all")]
    public async Task Request_WithACustomerInItsPath_TellsTheRouteAlone()
    {
        var (trace, caller) = (ActivityTraceId.CreateRandom().ToString(), ActivitySpanId.CreateRandom().ToString());
        await AskAsync("/api/v1/care/customers/c_whoever", $"00-{trace}-{caller}-01", expected: 404);

        await Tools.UntilAsync("a span of both services", Patience, () =>
            Task.FromResult(collector.Spans().Count(span => span.Trace == trace && span.Kind == Server) == 2), Cancellation);
        Assert.Contains(collector.Spans(), span => span.Trace == trace && span.Attributes.GetValueOrDefault("url.path") == "/api/v1/care/customers/{customer}");
        foreach (var signal in new[] { "traces", "metrics", "logs" }) Assert.DoesNotContain("c_whoever", collector.Text(signal), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Size", "all")]
    public async Task Import_OfTheSample_SendsNoPhoneNumberAnywhere()
    {
        var numbers = await SampleNumbers.ReadAsync(Cancellation);
        var imported = await suite.ChannelsAsync("import", "transactions", Checkout.Data("boss-export.csv.gz"), "--mapping", "boss");
        Assert.True(imported.Exit == 0, imported.Error);
        await AskAsync("/api/v1/kpi/indicators/attempts/values?from=2026-09-28&to=2026-10-08&by=channel", null);
        // Its end flushes whatever was not sent yet.
        Assert.Equal(0, await suite.TerminateAsync(Cancellation));
        foreach (var signal in new[] { "traces", "metrics", "logs" })
        {
            await Tools.UntilAsync(signal, Patience, () => Task.FromResult(collector.Count(signal) > 0), Cancellation);
            numbers.ExpectNone(collector.Text(signal), signal);
        }
        Assert.Contains(collector.Spans(), span => span.Name == "POST /api/v1/kpi/imports/{id}/transactions");
        Assert.True(Counted("kpi") > 3);
        Assert.Contains("Schema kpi is up to date", collector.Text("logs"), StringComparison.Ordinal);
    }

    private async Task AskAsync(string path, string? parent, int expected = 200)
    {
        var file = await SuiteFile.ReadAsync(suite.SuiteJson, Cancellation);
        // Without a span of the test's own, which the handler would put in the place of the one that is said.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(file.Address), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", file.Accounts.Single(account => account.Role == "manager").ApiKey);
        if (parent is not null) request.Headers.Add("traceparent", parent);
        using var answer = await http.SendAsync(request, Cancellation);
        Assert.True((int)answer.StatusCode == expected, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    /// <summary>Requests of a service as last told; the points are totals since its start, one for each route and status.</summary>
    private long Counted(string service) => collector.Histogram(Requests)
        .Where(point => point.Attributes.GetValueOrDefault("channels.service") == service)
        .GroupBy(point => string.Join(' ', point.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal)))
        .Sum(route => route.Last().Count);

    private static bool IsQuery(CollectedSpan span) => span.Attributes.ContainsKey("db.query.text");

    private static string? ServiceOf(CollectedSpan span) => span.Attributes.GetValueOrDefault("channels.service");

    private static CollectedSpan ParentOf(CollectedSpan span, List<CollectedSpan> spans) => spans.Single(above => above.Id == span.Parent);

    private static IEnumerable<CollectedSpan> AboveOf(CollectedSpan span, List<CollectedSpan> spans)
    {
        for (var above = spans.Find(one => one.Id == span.Parent); above is not null; above = spans.Find(one => one.Id == above.Parent)) yield return above;
    }
}
