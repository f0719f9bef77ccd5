using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ECommerce.Channels.Benchmarks.Rollups;
using ECommerce.Channels.Kpi;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Testing;

namespace ECommerce.Channels.Benchmarks.Values;

/// <summary>
/// What dashboards ask over thirteen months, through HTTP, one question after the other; and the same questions to DuckDB over the raw
/// rows in Parquet, whose answers must be the same.
/// </summary>
internal sealed class ValuesBenchmark : IBenchmark
{
    private static readonly OperatorZone Zone = new(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));

    /// <summary>DuckDB takes seconds, so its time is the best of a few.</summary>
    private const int DuckRounds = 2;

    private const int WarmRounds = 40;

    public string Name => "values";

    public string Description => "dashboards over thirteen months, against DuckDB: values [MILLIONS_OF_ROWS=20] [ROUNDS=30] [only=NAME] [keep=FOLDER] [duckdb=no]";

    public async Task RunAsync(IReadOnlyList<string> options, Figures figures, CancellationToken cancellation)
    {
        var run = Options.Read(options);
        await using var postgres = new PostgresServer();
        await postgres.InitializeAsync();
        using var made = await MadeMonths.MakeAsync(postgres, run, figures, cancellation);
        await using var service = new KpiInProcess();
        await service.StartAsync(new() { ["ConnectionStrings:kpi"] = made.Connection, ["ConnectionStrings:log"] = await postgres.NewDatabaseAsync() }, cancellation);
        var questions = Question.All.Where(one => run.Only is null || one.Name.Contains(run.Only, StringComparison.Ordinal))
            .Select(one => (Question: one, Address: made.Address(one))).ToList();
        foreach (var (question, address) in questions)
            figures.Add($"values.{question.Name}.first", (await AskAsync(service, address, cancellation)).Milliseconds, "ms");
        // A service runs for weeks: until the JIT has seen enough its figures are another story, told by the first askings.
        for (var round = 0; round < WarmRounds; round++)
            foreach (var (_, address) in questions) await AskAsync(service, address, cancellation);
        var all = new List<double>();
        var ratios = new List<double>();
        foreach (var (question, address) in questions)
        {
            var (times, cpu, answer) = await AskAsync(service, address, run.Rounds, cancellation);
            if (question.Path.Contains("/values", StringComparison.Ordinal)) all.AddRange(times);
            figures.Add($"values.{question.Name}.p50", times[times.Count / 2], "ms");
            figures.Add($"values.{question.Name}.p99", times[(int)(times.Count * 0.99)], "ms");
            figures.Add($"values.{question.Name}.cpu", cpu, "ms");
            if (!run.DuckDb || question.Sql is not { } sql) continue;
            var duck = Duck(made, sql, question, answer);
            figures.Add($"values.{question.Name}.duckdb", duck, "ms");
            figures.Add($"values.{question.Name}.ratio", duck / times[times.Count / 2], "×");
            ratios.Add(duck / times[times.Count / 2]);
        }
        all.Sort();
        figures.Add("values.p50", all[all.Count / 2], "ms");
        figures.Add("values.p99", all[(int)(all.Count * 0.99)], "ms");
        figures.Add("values.memory", GC.GetTotalMemory(forceFullCollection: true) / 1e6, "MB");
        if (ratios.Count == 0) return;
        figures.Add("values.ratio.lowest", ratios.Min(), "×");
        figures.Add("values.ratio.median", ratios.Order().ElementAt(ratios.Count / 2), "×");
    }

    /// <returns>Milliseconds, sorted, and those of CPU per question, of the caller and of every PostgreSQL on the machine included.</returns>
    private static async Task<(List<double> Times, double Cpu, byte[] Answer)> AskAsync(
        KpiInProcess service, string address, int rounds, CancellationToken cancellation)
    {
        var times = new List<double>();
        byte[] body = [];
        var before = Cpu.Take();
        for (var round = 0; round < rounds; round++)
        {
            (var time, body) = await AskAsync(service, address, cancellation);
            times.Add(time);
        }
        var used = Cpu.Take() - before;
        times.Sort();
        return (times, (used.Self + used.Postgres) * 1_000 / rounds, body);
    }

    private static async Task<(double Milliseconds, byte[] Body)> AskAsync(KpiInProcess service, string address, CancellationToken cancellation)
    {
        service.Renew();
        var started = Stopwatch.GetTimestamp();
        using var answer = await service.Http.GetAsync(address, cancellation);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{address}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}");
        return (Stopwatch.GetElapsedTime(started).TotalMilliseconds, body);
    }

    /// <returns>Milliseconds.</returns>
    private static double Duck(MadeMonths made, string sql, Question question, byte[] answer)
    {
        var (from, to) = made.Period(question.Over);
        var best = double.MaxValue;
        for (var round = 0; round < DuckRounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            var found = made.Rows.Ask(sql, Zone.StartOf(from), Zone.StartOf(to));
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            ExpectSame(question, found, answer);
        }
        return best;
    }

    /// <summary>As many values, and the same sums; a quantile is known within 1 %.</summary>
    private static void ExpectSame(Question question, List<double[]> found, byte[] answer)
    {
        using var document = JsonDocument.Parse(answer);
        var values = document.RootElement.GetProperty("values").EnumerateArray().ToList();
        double Sum(string name) => values.Sum(value => value.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : 0);
        var isQuantile = found[0].Length == 1;
        var isSame = values.Count == found.Count && (isQuantile
            ? Math.Abs(Sum("value") - found.Sum(row => row[0])) <= 0.01 * found.Sum(row => row[0])
            : Sum("numerator") == found.Sum(row => row[0]) && Sum("denominator") == found.Sum(row => row[1]));
        if (!isSame)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"{question.Name}: {values.Count} values, {Sum("numerator")}/{Sum("denominator")}/{Sum("value")}; DuckDB {found.Count}, {found.Sum(row => row[0])}/{found.Sum(row => row[^1])}"));
    }

    internal sealed record Options(long Rows, int Rounds, string? Only, string? Keep, bool DuckDb)
    {
        public static Options Read(IReadOnlyList<string> options)
        {
            var numbers = options.Where(option => !option.Contains('=')).Select(option => double.Parse(option, CultureInfo.InvariantCulture)).ToList();
            string? Named(string name) => options.FirstOrDefault(option => option.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
            return new Options(
                (long)(numbers.ElementAtOrDefault(0) is > 0 and var millions ? millions * 1e6 : 20e6), numbers.ElementAtOrDefault(1) is > 0 and var rounds ? (int)rounds : 30,
                Named("only"), Named("keep"), Named("duckdb") != "no");
        }
    }

    /// <summary>Thirteen months in a database and as Parquet.</summary>
    /// <param name="Today">The day after the last one with data.</param>
    internal sealed record MadeMonths(string Connection, RawRows Rows, DateOnly Today, string? Temporary) : IDisposable
    {
        public static async Task<MadeMonths> MakeAsync(PostgresServer postgres, Options run, Figures figures, CancellationToken cancellation)
        {
            var today = Zone.DayOf(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60);
            var first = today.AddMonths(-13);
            var folder = run.Keep ?? Path.Combine(Path.GetTempPath(), "channels-values-" + Guid.NewGuid().ToString("N")[..8]);
            Directory.CreateDirectory(folder);
            var rows = new RawRows(Path.Combine(folder, "rows.parquet"), run.Rows, Zone.StartOf(first), today.DayNumber - first.DayNumber);
            // Made before, on a server that stays: CHANNELS_TEST_POSTGRES.
            var known = Path.Combine(folder, "connection");
            if (File.Exists(known)) return new MadeMonths(await File.ReadAllTextAsync(known, cancellation), rows, today, null);
            var started = Stopwatch.GetTimestamp();
            rows.WriteParquet();
            figures.Add("values.parquet", rows.Bytes / 1e6, "MB");
            var connection = await postgres.NewDatabaseAsync();
            await using var database = ServiceStorage.DataSource(connection, "kpi");
            await KpiService.Schema.MigrateAsync(database, cancellation);
            await new CatalogueStore(database, TimeProvider.System).SeedAsync(BenchCatalogue.Edits, cancellation);
            await new ThirteenMonths(database, Zone, rows).MakeAsync(first, today.AddDays(-1), cancellation);
            figures.Add("values.making", Stopwatch.GetElapsedTime(started).TotalSeconds, "s");
            if (run.Keep is not null) await File.WriteAllTextAsync(known, connection, cancellation);
            return new MadeMonths(connection, rows, today, run.Keep is null ? folder : null);
        }

        public string Address(Question question)
        {
            var (from, to) = Period(question.Over);
            return $"/api/v1/kpi/indicators/{question.Path}{(question.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}";
        }

        public (DateOnly From, DateOnly To) Period(Over over)
        {
            var month = new DateOnly(Today.Year, Today.Month, 1);
            return over switch
            {
                Over.Days => (Today.AddMonths(-13), Today),
                Over.Months => (month.AddMonths(-12), month.AddMonths(1)),
                Over.HalfYear => (month.AddMonths(-6), month),
                Over.RunningMonth => (month, month.AddMonths(1)),
                _ => (Today.AddDays(-30), Today),
            };
        }

        public void Dispose()
        {
            Rows.Dispose();
            if (Temporary is not null) Directory.Delete(Temporary, recursive: true);
        }
    }
}
