using System.Collections;
using System.Diagnostics;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Telemetry;
using ECommerce.Channels.Platform.Tests.Hosting;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Telemetry;

/// <summary>Listeners hear the whole process, and a meter that another test's host disposes takes its namesakes along: these run alone.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class TelemetryCollection;

/// <summary>One request is one span and one count, in a process of its own and in one process for all.</summary>
[Collection(typeof(TelemetryCollection))]
public sealed class TelemetryTests(PostgresServer postgres)
{
    private readonly Heard<Activity> spans = [];
    private readonly Heard<MetricSnapshot> metrics = [];

    /// <summary>These tests hear by exporters of their own.</summary>
    private static IConfiguration Always => new ConfigurationBuilder().AddInMemoryCollection([new("Telemetry:Always", "true")]).Build();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_ThroughTwoServicesOfOneProcess_IsOneSpanAndOneCountInEach()
    {
        await using var suite = SuiteTelemetry.Start(Always, Listen);
        var database = await postgres.NewDatabaseAsync();
        await using var behind = await TestService.StartAsync(database, MapBehind, schema: "behind");
        await using var front = await TestService.StartAsync(database, app => MapFront(app, behind.Client), schema: "front");
        var trace = await AskAsync(front);

        await Poll.UntilAsync(() => ServerSpans(trace).Count >= 2);
        Assert.Equal(["behind", "front"], ServerSpans(trace).Select(ServiceOf).Order());
        Assert.Equal(["GET /api/v1/ask", "GET /api/v1/count/{what}"], ServerSpans(trace).Select(span => span.DisplayName).Order());
        var query = Assert.Single(Of(trace), span => span.Source.Name == "Npgsql" && span.GetTagItem("db.query.text") is not null);
        Assert.Equal("behind", ServiceOf(query));
        Assert.Equal(1, Counted(suite, "front"));
        Assert.Equal(1, Counted(suite, "behind"));
    }

    [Fact]
    public async Task Request_OfAServiceInItsOwnProcess_IsOneSpanAndOneCount()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var service = await TestService.StartAsync(
            database, MapBehind, add: builder => Listen(builder.Services), schema: "alone", settings: [("Telemetry:Shared", "false"), ("Telemetry:Always", "true")]);
        var trace = ActivityTraceId.CreateRandom();
        await SendAsync(service, "/api/v1/count/7", trace);
        await Poll.UntilAsync(() => ServerSpans(trace).Count >= 1);
        Assert.Equal("alone", ServiceOf(Assert.Single(ServerSpans(trace))));
        Assert.Equal(1, Counted(service.Services, "alone"));
    }

    [Fact]
    public async Task Probe_LeavesNeitherSpanNorCount()
    {
        await using var suite = SuiteTelemetry.Start(Always, Listen);
        await using var service = await TestService.StartAsync(await postgres.NewDatabaseAsync(), MapBehind, schema: "probed");
        var probe = ActivityTraceId.CreateRandom();
        var request = ActivityTraceId.CreateRandom();
        await SendAsync(service, "/health/live", probe);
        await SendAsync(service, "/health/ready", probe);
        await SendAsync(service, "/api/v1/count/7", request);
        await Poll.UntilAsync(() => ServerSpans(request).Count == 1);
        Assert.Empty(ServerSpans(probe));
        Assert.Equal(1, Counted(suite, "probed"));
    }

    [Fact]
    public async Task Number_InAQuery_IsInNoSpanMetricOrLog()
    {
        const string number = "13812345678";
        await using var suite = SuiteTelemetry.Start(Always, Listen);
        var database = await postgres.NewDatabaseAsync();
        await using var behind = await TestService.StartAsync(database, MapBehind, schema: "hidden");
        await using var front = await TestService.StartAsync(database, app => MapFront(app, behind.Client), schema: "hiding");
        var trace = ActivityTraceId.CreateRandom();
        await SendAsync(front, $"/api/v1/ask?q={number}", trace);
        await SendAsync(front, $"/api/v1/fail?q={number}", trace);
        await Poll.UntilAsync(() => ServerSpans(trace).Count >= 3);
        Assert.Contains(Of(trace), span => span.Kind == ActivityKind.Client && span.Source.Name.StartsWith("System.Net.Http", StringComparison.Ordinal));
        Assert.DoesNotContain(Of(trace), span => Everything(span).Contains(number, StringComparison.Ordinal));
        suite.GetRequiredService<MeterProvider>().ForceFlush();
        Assert.DoesNotContain(Points().SelectMany(point => point), tag => tag.Value?.ToString()?.Contains(number, StringComparison.Ordinal) == true);
        var lines = front.Logs.Lines.Concat(behind.Logs.Lines).Select(line => line.Text).ToList();
        Assert.NotEmpty(lines);
        Assert.DoesNotContain(lines, line => line.Contains(number, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_OfTheSuite_AreDottedAndLower()
    {
        var names = new[] { typeof(Names) }.Concat(typeof(Names).GetNestedTypes())
            .SelectMany(type => type.GetFields()).Where(field => field.Name != nameof(Names.Source)).Select(field => (string)field.GetValue(null)!);
        Assert.All(names, name => Assert.Matches("^[a-z]+(\\.[a-z_]+)+$", name));
    }

    private void Listen(IServiceCollection services)
    {
        services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddInMemoryExporter(spans));
        services.ConfigureOpenTelemetryMeterProvider(meters => meters.AddInMemoryExporter(metrics));
    }

    private static void MapBehind(WebApplication app) =>
        app.MapGet("/api/v1/count/{what}", async (string what, NpgsqlDataSource database, CancellationToken cancellation) =>
        {
            await using var command = database.CreateCommand("SELECT 1");
            return $"{await command.ExecuteScalarAsync(cancellation)}";
        }).RequireRoles("manager");

    private static void MapFront(WebApplication app, HttpClient behind)
    {
        var api = app.MapGroup("/api/v1").RequireRoles("manager");
        api.MapGet("/ask", (string? q, CancellationToken cancellation) => behind.GetStringAsync("/api/v1/count/7?q=" + q, cancellation));
        api.MapGet("/fail", string (string? q) => throw new InvalidOperationException("failed"));
    }

    private static async Task<ActivityTraceId> AskAsync(TestService service)
    {
        var trace = ActivityTraceId.CreateRandom();
        await SendAsync(service, "/api/v1/ask", trace);
        return trace;
    }

    private static async Task SendAsync(TestService service, string path, ActivityTraceId trace)
    {
        using var caller = new Activity("test");
        caller.SetParentId(trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded).Start();
        using var response = await service.Client.GetAsync(path, Cancellation);
        var correlation = response.Headers.GetValues("X-Correlation-Id").Single();
        if (!path.StartsWith("/health", StringComparison.Ordinal)) Assert.Equal(trace.ToString(), correlation);
    }

    private List<Activity> Of(ActivityTraceId trace) => [.. spans.Copy().Where(span => span.TraceId == trace)];

    private List<Activity> ServerSpans(ActivityTraceId trace) => [.. Of(trace).Where(span => span.Kind == ActivityKind.Server)];

    private static string? ServiceOf(Activity span) => span.GetTagItem(Names.Service) as string;

    private static string Everything(Activity span) =>
        span.DisplayName + string.Join(' ', span.TagObjects) + string.Join(' ', span.Events.SelectMany(happened => happened.Tags));

    /// <summary>Requests of a service as one export counts them; totals are cumulative.</summary>
    private long Counted(IServiceProvider telemetry, string service)
    {
        metrics.Clear();
        telemetry.GetRequiredService<MeterProvider>().ForceFlush();
        long count = 0;
        foreach (var snapshot in metrics.Copy().Where(metric => metric.Name == "http.server.request.duration"))
            foreach (var point in snapshot.MetricPoints)
                foreach (var tag in point.Tags)
                    if (tag.Key == Names.Service && (string?)tag.Value == service) count += point.GetHistogramCount();
        return count;
    }

    private IEnumerable<List<KeyValuePair<string, object?>>> Points()
    {
        foreach (var snapshot in metrics.Copy())
            foreach (var point in snapshot.MetricPoints)
            {
                var tags = new List<KeyValuePair<string, object?>>();
                foreach (var tag in point.Tags) tags.Add(tag);
                yield return tags;
            }
    }

    /// <summary>What an exporter was given; other tests' requests arrive in it while it is read.</summary>
    private sealed class Heard<T> : ICollection<T>
    {
        private readonly List<T> items = [];

        public int Count => items.Count;

        public bool IsReadOnly => false;

        public List<T> Copy()
        {
            lock (items) return [.. items];
        }

        public void Add(T item)
        {
            lock (items) items.Add(item);
        }

        public void Clear()
        {
            lock (items) items.Clear();
        }

        public bool Contains(T item) => Copy().Contains(item);

        public void CopyTo(T[] array, int arrayIndex) => Copy().CopyTo(array, arrayIndex);

        public bool Remove(T item)
        {
            lock (items) return items.Remove(item);
        }

        public IEnumerator<T> GetEnumerator() => Copy().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
