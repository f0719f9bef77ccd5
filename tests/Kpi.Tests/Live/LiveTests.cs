using ECommerce.Channels.Kpi.Live;
using ECommerce.Channels.Kpi.Tests.Warnings;
using ECommerce.Channels.Kpi.Warnings;
using ECommerce.Channels.Platform.Live;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Live;

/// <summary>Changes as they happen, over real sockets and a real LISTEN.</summary>
public sealed class LiveTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task<FiguresHost> StartAsync(string connection, params (string Name, string Value)[] settings) => FiguresHost.StartAsync(
        connection, null,
        builder =>
        {
            builder.Configuration.AddInMemoryCollection([new("Live:Interval", "00:00:00.100"), new("Live:AsOfInterval", "01:00:00")]);
            builder.Configuration.AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Name, setting.Value)));
            builder.Services.AddWarnings();
            builder.Services.Remove(builder.Services.Single(one => one.ServiceType == typeof(IHostedService) && one.ImplementationType == typeof(EvaluatorLoop)));
            builder.Services.AddLive();
        },
        app =>
        {
            app.MapWarnings();
            app.MapLive();
        });

    /// <summary>A stream of a replica that hears already.</summary>
    private static async Task<EventReader> ListenAsync(FiguresHost host, NpgsqlDataSource database)
    {
        await UntilListeningAsync(database);
        return await EventReader.OpenAsync(host.Client);
    }

    /// <summary>A notification that is sent before anybody listens reaches nobody.</summary>
    internal static Task UntilListeningAsync(NpgsqlDataSource database, int replicas = 1) => Tools.UntilAsync(
        "replicas listen", TimeSpan.FromSeconds(30), async () =>
        {
            await using var command = database.CreateCommand(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query IN ('LISTEN kpi_changes', 'SELECT 1')");
            return (long)(await command.ExecuteScalarAsync(Cancellation))! >= replicas;
        }, Cancellation);

    private static async Task TellAsync(NpgsqlDataSource database, string hint)
    {
        await using var command = database.CreateCommand("SELECT pg_notify('kpi_changes', $1)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = hint });
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    [Fact]
    public async Task Targets_ToldByAnyone_ReachEveryReplica()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        await using var one = await StartAsync(connection);
        await using var other = await StartAsync(connection);
        await UntilListeningAsync(database, 2);
        using var first = await EventReader.OpenAsync(one.Client);
        using var second = await EventReader.OpenAsync(other.Client);
        await TellAsync(database, """{"kind":"targets","months":["2026-11"]}""");
        foreach (var reader in new[] { first, second })
        {
            var heard = (await reader.NextAsync("targets"))!;
            Assert.Equal("""{"months":["2026-11"]}""", heard.Data);
            Assert.NotNull(heard.Id);
        }
    }

    [Fact]
    public async Task Catalogue_Edited_IsTold()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        await using var host = await StartAsync(connection);
        using var reader = await ListenAsync(host, database);
        await host.SendAsync(HttpMethod.Put, "/api/v1/kpi/catalogue/brands/m1", new { names = new Dictionary<string, string> { ["zh-CN"] = "一", ["en"] = "One" } }, 201);
        var version = (await host.GetAsync("/api/v1/kpi/catalogue/versions")).GetProperty("versions")[0].GetProperty("number").GetInt32();
        Assert.Equal($$"""{"version":{{version}}}""", (await reader.NextAsync("catalogue"))!.Data);
    }

    [Fact]
    public async Task Figures_ChangedOften_AreToldTogetherWithTheirDays()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        await using var host = await StartAsync(connection, ("Live:Interval", "00:00:01"));
        using var reader = await ListenAsync(host, database);
        foreach (var day in new[] { 25, 24, 25, 25 }) await TellAsync(database, $$"""{"kind":"figures","days":["2026-11-{{day}}"]}""");
        await TellAsync(database, """{"kind":"targets","months":["2026-11"]}""");
        var days = new HashSet<string>();
        var events = 0;
        while (days.Count < 2)
        {
            var heard = (await reader.NextAsync("figures"))!.Json;
            events++;
            Assert.True(heard.TryGetProperty("asOf", out _));
            days.UnionWith(heard.GetProperty("days").EnumerateArray().Select(day => day.GetString()!));
        }
        Assert.Equal(["2026-11-24", "2026-11-25"], days.Order());
        Assert.InRange(events, 1, 2);
    }

    [Fact]
    public async Task Figures_OfTooManyDays_AreToldWithoutNamingThem()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        await using var host = await StartAsync(connection);
        using var reader = await ListenAsync(host, database);
        await TellAsync(database, FiguresHint.Write([.. Enumerable.Range(739_000, FiguresHint.MostDays + 1)]));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await reader.NextAsync("figures"))!.Json.GetProperty("days").ValueKind);
    }

    [Fact]
    public async Task Warning_OfARegion_IsSeenByThoseWhoMay()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        await using var host = await StartAsync(connection);
        using var all = await ListenAsync(host, database);
        using var regional = await EventReader.OpenAsync(host.As("manager", "4401").Client);
        await TellAsync(database, """{"kind":"warnings","id":"w_1","state":"new","region":"4403"}""");
        await TellAsync(database, """{"kind":"warnings","id":"w_2","state":"new","region":"*"}""");
        await TellAsync(database, """{"kind":"warnings","id":"w_3","state":"new","region":"4401"}""");
        await TellAsync(database, """{"kind":"warnings","id":"w_4","state":"new","region":null}""");
        var seen = new List<string>();
        for (var i = 0; i < 4; i++) seen.Add((await all.NextAsync("warnings"))!.Data);
        Assert.Equal([.. Enumerable.Range(1, 4).Select(i => $$"""{"id":"w_{{i}}","state":"new"}""")], seen);
        Assert.Equal("w_3", (await regional.NextAsync("warnings"))!.Json.GetProperty("id").GetString());
        Assert.Equal("w_4", (await regional.NextAsync("warnings"))!.Json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Warning_AcknowledgedInOneBrowser_IsToldToAnother()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var warnings = await WarningsHost.StartAsync(connection);
        await warnings.AddRuleAsync();
        await warnings.HourAsync(50, 50);
        var id = Assert.Single(await warnings.WarningsAsync("open")).Text("id");
        await using var host = await StartAsync(connection);
        using var reader = await ListenAsync(host, warnings.Database);
        await warnings.Http.SendAsync(HttpMethod.Post, $"{WarningsHost.Root}/{id}/acknowledge", new { }, 200);
        Assert.Equal($$"""{"id":"{{id}}","state":"acknowledged"}""", (await reader.NextAsync("warnings"))!.Data);
    }

    [Fact]
    public async Task LastEventId_Known_GivesWhatWasMissed()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        await using var host = await StartAsync(connection);
        string? id;
        using (var first = await ListenAsync(host, database))
        {
            // It has heard nothing yet, and can come back all the same.
            id = first.LastId;
            Assert.NotNull(id);
        }
        for (var month = 1; month <= 3; month++) await TellAsync(database, $$"""{"kind":"targets","months":["2026-0{{month}}"]}""");
        using var witness = await EventReader.OpenAsync(host.Client, lastId: id);
        for (var month = 1; month <= 3; month++)
            Assert.Equal($$"""{"months":["2026-0{{month}}"]}""", (await witness.NextAsync())!.Data);
        using var again = await EventReader.OpenAsync(host.Client, lastId: witness.LastId);
        await TellAsync(database, """{"kind":"targets","months":["2026-04"]}""");
        Assert.Equal("""{"months":["2026-04"]}""", (await again.NextAsync())!.Data);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("0123456789ab-3")]
    public async Task LastEventId_Unknown_IsAReset(string lastId)
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        await using var host = await StartAsync(connection);
        await UntilListeningAsync(database);
        using var reader = await EventReader.OpenAsync(host.Client, lastId: lastId);
        Assert.Equal("{}", (await reader.NextAsync("reset"))!.Data);
    }

    [Fact]
    public async Task LastEventId_TooOldForTheBuffer_IsAReset()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        await using var host = await StartAsync(connection, ("Live:Buffer", "2"));
        using var first = await ListenAsync(host, database);
        var id = first.LastId;
        for (var month = 1; month <= 3; month++) await TellAsync(database, $$"""{"kind":"targets","months":["2026-0{{month}}"]}""");
        for (var month = 1; month <= 3; month++) await first.NextAsync("targets");
        using var reader = await EventReader.OpenAsync(host.Client, lastId: id);
        var reset = (await reader.NextAsync())!;
        Assert.Equal("reset", reset.Name);
        // From there on it is in step.
        Assert.Equal(first.LastId, reset.Id);
    }

    [Fact]
    public async Task Listening_BrokenOff_IsAReset()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        await using var host = await StartAsync(connection);
        using var reader = await ListenAsync(host, database);
        await using (var command = database.CreateCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query IN ('LISTEN kpi_changes', 'SELECT 1') AND pid <> pg_backend_pid()"))
            await command.ExecuteNonQueryAsync(Cancellation);
        Assert.NotNull(await reader.NextAsync("reset"));
        await UntilListeningAsync(database);
        await TellAsync(database, """{"kind":"targets","months":["2026-04"]}""");
        Assert.Equal("""{"months":["2026-04"]}""", (await reader.NextAsync("targets"))!.Data);
    }

    [Fact]
    public async Task Quiet_IsFilledWithComments()
    {
        await using var host = await StartAsync(await postgres.NewDatabaseAsync(), ("Live:Heartbeat", "00:00:00.200"));
        using var reader = await EventReader.OpenAsync(host.Client);
        await reader.CommentsAsync(3);
    }

    [Fact]
    public async Task Stream_OfItsAge_Ends_AndComesBackInStep()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        await using var host = await StartAsync(connection, ("Live:MaxAge", "00:00:00.500"));
        using var reader = await ListenAsync(host, database);
        await reader.EndAsync();
        using var again = await EventReader.OpenAsync(host.Client, lastId: reader.LastId);
        await TellAsync(database, """{"kind":"targets","months":["2026-04"]}""");
        Assert.Equal("targets", (await again.NextAsync())!.Name);
    }

    [Fact]
    public async Task Service_Stopping_EndsItsStreams()
    {
        var host = await StartAsync(await postgres.NewDatabaseAsync());
        using var reader = await EventReader.OpenAsync(host.Client);
        var ended = reader.EndAsync();
        var stopped = host.DisposeAsync().AsTask();
        await ended;
        await stopped;
    }

    [Fact]
    public async Task Streams_AboveTheLimit_Are503()
    {
        await using var host = await StartAsync(await postgres.NewDatabaseAsync(), ("Live:MaxStreams", "1"));
        using (await EventReader.OpenAsync(host.Client))
        {
            using var refused = await host.Client.GetAsync("/api/v1/kpi/events", Cancellation);
            Assert.Equal(503, (int)refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }
        await Tools.UntilAsync("there is room again", TimeSpan.FromSeconds(30), async () =>
        {
            using var answer = await host.Client.GetAsync("/api/v1/kpi/events", HttpCompletionOption.ResponseHeadersRead, Cancellation);
            return answer.IsSuccessStatusCode;
        }, Cancellation);
    }

    /// <summary>A reader that does not read: what waits for it is bounded, and then its connection is cut.</summary>
    [Fact]
    public async Task SlowReader_IsCutOff_AndOthersGoOn()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        await using var host = await StartAsync(connection, ("Live:Waiting", "20"));
        await UntilListeningAsync(database);
        using var slow = new System.Net.Sockets.TcpClient { ReceiveBufferSize = 4096 };
        await slow.ConnectAsync(host.Client.BaseAddress!.Host, host.Client.BaseAddress.Port, Cancellation);
        await slow.GetStream().WriteAsync("GET /api/v1/kpi/events HTTP/1.1\r\nHost: x\r\nAuthorization: Test manager * boss reader\r\n\r\n"u8.ToArray(), Cancellation);
        var hub = host.Services.GetRequiredService<LiveHub>();
        await Tools.UntilAsync("the slow stream is open", TimeSpan.FromSeconds(30), () => Task.FromResult(hub.Streams == 1), Cancellation);
        using var quick = await EventReader.OpenAsync(host.Client);
        var months = string.Join(',', Enumerable.Range(0, 600).Select(i => $"\"2026-{i:000}\""));
        var sent = 0;
        while (hub.Streams > 1)
        {
            await TellAsync(database, $$"""{"kind":"targets","months":[{{months}}]}""");
            Assert.NotNull(await quick.NextAsync("targets"));
            Assert.True(++sent < 20_000, "it was never cut off");
        }
        Assert.Equal(1, hub.Streams);
    }

    [Fact]
    public async Task Stream_ForOtherRoles_Is403()
    {
        await using var host = await StartAsync(await postgres.NewDatabaseAsync());
        foreach (var role in new[] { "agent", "interviewer", "portal" })
            await host.As(role).SendAsync(HttpMethod.Get, "/api/v1/kpi/events", null, 403);
    }
}

/// <summary>The same of the whole service: events that come in over HTTP.</summary>
public sealed class LiveFiguresTests(PostgresServer postgres)
{
    [Fact]
    public async Task Transaction_Counted_IsToldWithItsDay()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var host = await KpiHost.StartAsync(connection, connection, ("Live:Interval", "00:00:00.100"), ("Live:AsOfInterval", "00:00:00.200"));
        await using var database = NpgsqlDataSource.Create(connection);
        await LiveTests.UntilListeningAsync(database);
        using var client = host.Client();
        using var reader = await EventReader.OpenAsync(client);
        var at = TimeProvider.System.GetUtcNow().AddDays(-3);
        var day = at.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd");
        // Once it hears: as-of moves on without any event, and no day is named then.
        Assert.Empty((await reader.NextAsync("figures"))!.Json.GetProperty("days").EnumerateArray());
        var (status, _, _) = await host.PostAsync(
            "/api/v1/kpi/transactions", $$"""{"id":"1","at":"{{at:yyyy-MM-ddTHH:mm:ss.fffZ}}","customer":"c_1","channel":"app","service":"payment.topup","outcome":"success"}""");
        Assert.Equal(202, status);
        while (true)
        {
            var figures = (await reader.NextAsync("figures"))!.Json;
            if (figures.GetProperty("days").GetArrayLength() == 0) continue;
            Assert.Equal([day], figures.GetProperty("days").EnumerateArray().Select(one => one.GetString()));
            break;
        }
        var values = await host.GetAsync($"/api/v1/kpi/indicators/attempts/values?from={day}&to={at.ToOffset(TimeSpan.FromHours(8)).AddDays(1):yyyy-MM-dd}");
        Assert.Equal(1, values.Body.GetProperty("values")[0].GetProperty("value").GetInt64());
    }
}
