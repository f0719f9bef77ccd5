using System.Diagnostics;
using System.Globalization;
using ECommerce.Channels.Benchmarks.Rollups;
using ECommerce.Channels.Kpi;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Testing;

namespace ECommerce.Channels.Benchmarks.Values;

/// <summary>What a dashboard asks over thirteen months, through HTTP, one question after the other.</summary>
internal sealed class ValuesBenchmark : IBenchmark
{
    private static readonly (string Name, string Query)[] Questions =
    [
        ("total", "success-rate/values?grain=total"),
        ("by-channel", "success-rate/values?grain=total&by=channel"),
        ("by-month-and-channel", "offload-rate/values?grain=month&by=channel"),
        ("by-day", "success-rate/values?grain=day"),
        ("by-day-and-channel", "successes/values?grain=day&by=channel"),
        ("one-region-by-day", "success-rate/values?grain=day&region=region-7"),
        ("by-region", "offload-rate/values?grain=total&by=region"),
        ("by-brand", "amount/values?grain=total&by=brand"),
        ("by-service", "failures/values?grain=total&by=service"),
        ("by-reason", "failures/values?grain=month&by=reason"),
        ("duration-p90", "duration-p90/values?grain=month&by=channel"),
        ("customers-by-month", "active-customers/values?grain=month"),
        ("customers-by-channel", "customers/values?grain=total&by=channel"),
    ];

    public string Name => "values";

    public string Description => "the values endpoint over thirteen months: values [CUSTOMERS_PER_DAY] [ROUNDS]";

    public async Task RunAsync(IReadOnlyList<string> options, Figures figures, CancellationToken cancellation)
    {
        var customers = options.Count > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 100_000;
        var rounds = options.Count > 1 ? int.Parse(options[1], CultureInfo.InvariantCulture) : 30;
        await using var postgres = new PostgresServer();
        await postgres.InitializeAsync();
        var connection = await postgres.NewDatabaseAsync();
        await using var database = ServiceStorage.DataSource(connection, "kpi");
        await KpiService.Schema.MigrateAsync(database, cancellation);
        await new CatalogueStore(database, TimeProvider.System).SeedAsync(BenchCatalogue.Edits, cancellation);
        var zone = new OperatorZone(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        var today = zone.DayOf(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60);
        var making = Stopwatch.GetTimestamp();
        await new ThirteenMonths(database, zone, today.AddDays(-1)).MakeAsync(customers, cancellation);
        figures.Add("values.making", Stopwatch.GetElapsedTime(making).TotalSeconds, "s");

        await using var service = new KpiInProcess();
        await service.StartAsync(new() { ["ConnectionStrings:kpi"] = connection, ["ConnectionStrings:log"] = await postgres.NewDatabaseAsync() }, cancellation);
        // Months are asked for whole ones: thirteen of them, the running one included.
        var firstOfMonth = new DateOnly(today.Year, today.Month, 1);
        var days = $"&from={today.AddMonths(-13):yyyy-MM-dd}&to={today:yyyy-MM-dd}";
        var months = $"&from={firstOfMonth.AddMonths(-12):yyyy-MM-dd}&to={firstOfMonth.AddMonths(1):yyyy-MM-dd}";
        var all = new List<double>();
        foreach (var (name, query) in Questions)
        {
            service.Renew();
            var times = await AskAsync(service.Http, $"/api/v1/kpi/indicators/{query}{(query.Contains("grain=month", StringComparison.Ordinal) ? months : days)}", rounds, cancellation);
            figures.Add($"values.{name}.p50", times[times.Count / 2], "ms");
            figures.Add($"values.{name}.max", times[^1], "ms");
            all.AddRange(times);
        }
        all.Sort();
        figures.Add("values.p99", all[(int)(all.Count * 0.99)], "ms");
    }

    private static async Task<List<double>> AskAsync(HttpClient http, string address, int rounds, CancellationToken cancellation)
    {
        var times = new List<double>();
        for (var round = -2; round < rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync(address, cancellation);
            await answer.Content.ReadAsByteArrayAsync(cancellation);
            if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{address}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}");
            // The first two of each find code and pages cold.
            if (round >= 0) times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        times.Sort();
        return times;
    }
}
