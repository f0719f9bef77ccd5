using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests;

/// <summary>What callers see while a part under the service is down, full or changed by the next version, and that it goes on by itself.</summary>
public sealed class PartsDownTests(PostgresServer postgres, Toxiproxy toxiproxy)
{
    private const string Transactions = "/api/v1/kpi/transactions";
    private const string Lines = "application/x-ndjson";
    private const string Import = """{"source":"boss","mapping":"boss","file":{"name":"a.csv","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}""";

    private static readonly DateTimeOffset At = TimeProvider.System.GetUtcNow().AddHours(-1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Values => $"/api/v1/kpi/indicators/attempts/values?from={At.AddDays(-1):yyyy-MM-dd}&to={At.AddDays(2):yyyy-MM-dd}";

    [Fact]
    public async Task Database_Down_Is503AndComesBackByItself()
    {
        var database = new NpgsqlConnectionStringBuilder(await postgres.NewDatabaseAsync());
        var proxy = await toxiproxy.InFrontOfAsync(database.Port);
        database.Port = proxy.Port;
        await using var host = await KpiHost.StartAsync(database.ConnectionString, await postgres.NewDatabaseAsync());
        var import = (await host.PostAsync("/api/v1/kpi/imports", Import)).Body.GetProperty("id").GetString();
        Assert.Equal(202, (await host.PostAsync(Transactions, Batch("before", 10), Lines)).Status);
        await AttemptsAsync(host, 10);

        await proxy.CutAsync();

        foreach (var path in new[] { Values, Values.Replace("/values", "/values.csv"), "/api/v1/kpi/feeds", $"/api/v1/kpi/imports/{import}", "/api/v1/kpi/rollups" })
            Unavailable(path, await host.GetAsync(path));
        Unavailable("a new import", await host.PostAsync("/api/v1/kpi/imports", Import.Replace("a.csv", "b.csv")));
        Unavailable("a chunk", await host.PostAsync($"/api/v1/kpi/imports/{import}/transactions", Batch("chunk", 10), Lines));
        Unavailable("transactions with a key", await host.PostAsync(Transactions, Batch("key", 10), Lines, key: "k1"));
        Unavailable("readiness", await host.GetAsync("/health/ready"), isProblem: false);
        // Without a key they need the log alone.
        Assert.Equal(202, (await host.PostAsync(Transactions, Batch("during", 10), Lines)).Status);

        await proxy.HealAsync();

        await AttemptsAsync(host, 20);
        Assert.Equal(202, (await host.PostAsync(Transactions, Batch("key", 10), Lines, key: "k1")).Status);
        Assert.Equal(202, (await host.PostAsync($"/api/v1/kpi/imports/{import}/transactions", Batch("chunk", 10), Lines)).Status);
        await AttemptsAsync(host, 40);
        await Tools.UntilAsync("ready again", TimeSpan.FromSeconds(30), async () => (await host.GetAsync("/health/ready")).Status == 200, Cancel);
    }

    [Fact]
    public async Task Disk_FullForLogAndFigures_Is503AndGoesOnWhenThereIsRoom()
    {
        await using var disk = await SmallDisk.MountAsync(postgres, megabytes: 128, Cancel);
        // As in the suite on one machine: everything in one database.
        var database = await disk.NewDatabaseAsync();
        await using var host = await KpiHost.StartAsync(database, database);
        Assert.Equal(202, (await host.PostAsync(Transactions, Batch("before", 1_000), Lines)).Status);
        await AttemptsAsync(host, 1_000);

        disk.Fill();

        var taken = 1;
        var refused = await host.PostAsync(Transactions, Batch("full0", 1_000), Lines);
        // What is free inside the files that are there is used up first.
        for (; refused.Status == 202; refused = await host.PostAsync(Transactions, Batch($"full{taken}", 1_000), Lines))
            Assert.True(++taken < 1_000, "a full disk takes everything");
        Unavailable("transactions on a full disk", refused);
        Assert.Equal(200, (await host.GetAsync(Values)).Status);

        disk.MakeRoom();

        await Tools.UntilAsync("taken when there is room", TimeSpan.FromSeconds(60), async () =>
            (await host.PostAsync(Transactions, Batch($"full{taken - 1}", 1_000), Lines)).Status == 202, Cancel);
        await AttemptsAsync(host, 1_000 * (taken + 1));
        var counters = (await host.GetAsync("/api/v1/kpi/rollups")).Body.GetProperty("counters");
        Assert.False(counters.TryGetProperty("repeated", out var repeated) && repeated.GetInt64() > 0, "what was refused had been taken");
    }

    [Fact]
    public async Task Schema_NextVersionMigrates_ReplicaOfThisVersionRunsOn()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var host = await KpiHost.StartAsync(database, await postgres.NewDatabaseAsync());
        var sent = 0;
        using var migrated = new CancellationTokenSource();
        var sending = Task.Run(async () =>
        {
            for (; !migrated.IsCancellationRequested; sent++) Assert.Equal(202, (await host.PostAsync(Transactions, Batch($"s{sent}", 20), Lines)).Status);
        }, Cancel);

        var tables = await AddAColumnToEveryTableAsync(database, beforeEach: async () =>
        {
            var before = sent;
            await Tools.UntilAsync("another batch", TimeSpan.FromSeconds(30), () => Task.FromResult(Volatile.Read(ref sent) > before || sending.IsCompleted), Cancel);
        });
        await migrated.CancelAsync();
        await sending;

        Assert.True(tables > 20 && sent >= tables, $"{tables} tables were changed while {sent} batches came");
        await AttemptsAsync(host, 20 * sent);
        var month = $"{At:yyyy-MM}";
        foreach (var (method, path, body) in new (HttpMethod, string, string)[]
                 {
                     (HttpMethod.Put, "/api/v1/kpi/targets", $$"""{"targets":[{"indicator":"attempts","month":"{{month}}","value":10}]}"""),
                     (HttpMethod.Post, "/api/v1/kpi/annotations", $$"""{"at":"{{month}}-01","text":"a"}"""),
                     (HttpMethod.Post, "/api/v1/kpi/views", """{"name":"a","screen":"explore","query":"?i=attempts"}"""),
                     (HttpMethod.Put, "/api/v1/kpi/feeds/portal-1/app", """{"cadence":"daily"}"""),
                     (HttpMethod.Put, "/api/v1/kpi/catalogue/brands/new", """{"names":{"zh-CN":"新","en":"New"}}"""),
                     (HttpMethod.Post, "/api/v1/kpi/imports", Import),
                 })
        {
            var (status, answer, _) = await host.SendAsync(method, path, new StringContent(body), "application/json", Roles.Manager, key: null);
            Assert.True(status is >= 200 and < 300, $"{path}: {status} {answer}");
        }
        Assert.Equal(202, (await host.PostAsync(Transactions, Batch("key", 10), Lines, key: "k1")).Status);
        await AttemptsAsync(host, (20 * sent) + 10);
    }

    /// <summary>As migrations do it: one transaction each, and no waiting for long.</summary>
    private static async Task<int> AddAColumnToEveryTableAsync(string database, Func<Task> beforeEach)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var connection = await source.OpenConnectionAsync(Cancel);
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'kpi'", connection))
        await using (var reader = await list.ExecuteReaderAsync(Cancel))
            while (await reader.ReadAsync(Cancel)) tables.Add(reader.GetString(0));
        foreach (var table in tables)
        {
            await beforeEach();
            await using var add = new NpgsqlCommand($"SET lock_timeout = '5s'; ALTER TABLE {table} ADD COLUMN of_the_next_version int NOT NULL DEFAULT 7", connection);
            await add.ExecuteNonQueryAsync(Cancel);
        }
        return tables.Count;
    }

    private static void Unavailable(string what, (int Status, JsonElement Body, HttpResponseMessage Response) answer, bool isProblem = true)
    {
        Assert.True(answer.Status == 503, $"{what}: {answer.Status} {answer.Body}");
        if (!isProblem) return;
        Assert.True(answer.Response.Headers.RetryAfter?.Delta > TimeSpan.Zero, $"{what}: no Retry-After");
        Assert.Equal("urn:channels:problem:unavailable", answer.Body.GetProperty("type").GetString());
    }

    /// <summary>Waits until so many events are in the figures, told by the API, and nothing more is on its way.</summary>
    private static Task AttemptsAsync(KpiHost host, long events) => Tools.UntilAsync($"{events} counted", TimeSpan.FromSeconds(60), async () =>
    {
        var answer = await host.GetAsync(Values);
        if (answer.Status != 200) return false;
        var counted = answer.Body.GetProperty("values").EnumerateArray().Sum(value => value.GetProperty("value").GetInt64());
        Assert.True(counted <= events, $"{counted} were counted, not {events}");
        return counted == events && (await host.GetAsync("/api/v1/kpi/rollups")).Body.GetProperty("lag") is { ValueKind: JsonValueKind.Number } lag && lag.GetInt64() == 0;
    }, Cancel);

    private static string Batch(string name, int events) => string.Join('\n', Enumerable.Range(0, events).Select(i => JsonSerializer.Serialize(new
    {
        id = $"{name}-{i}",
        at = At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
        customer = $"c_{name}x{i}",
        channel = "app",
        service = "payment.topup",
        outcome = "success",
    })));
}
