using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Feeds;

public sealed class FeedsApiTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/kpi/feeds";

    [Fact]
    public async Task Put_SetsACadenceAndGetTellsTheState()
    {
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        await host.SendAsync(HttpMethod.Put, $"{Root}/boss/app", new { cadence = "daily", by = "05:30" }, 204);
        await host.SendAsync(HttpMethod.Put, $"{Root}/portal/web", new { cadence = "stream", maxSilenceMinutes = 15, ends = "2026-01-01" }, 204);
        await host.SendAsync(HttpMethod.Put, $"{Root}/boss/app", new { cadence = "daily" }, 204);
        var feeds = (await host.GetAsync(Root)).GetProperty("feeds");
        Assert.Equal(
            ["boss app daily 06:00 silent", "portal web stream  ended"],
            feeds.EnumerateArray().Select(one => string.Join(
                ' ', one.GetProperty("source").GetString(), one.GetProperty("channel").GetString(), one.GetProperty("cadence").GetString(),
                one.GetProperty("by").GetString(), one.GetProperty("state").GetString())));
        Assert.Equal(15, feeds[1].GetProperty("maxSilenceMinutes").GetInt32());
    }

    [Fact]
    public async Task Heartbeat_MovesForwardOnly()
    {
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        async Task<DateTimeOffset> ThroughAsync() => (await host.As("manager").GetAsync(Root)).GetProperty("feeds")[0].GetProperty("through").GetDateTimeOffset();
        await host.As("portal", source: "boss").SendAsync(HttpMethod.Post, $"{Root}/boss/app/heartbeat", new { through = "2026-09-28T10:00:00+08:00" }, 204);
        Assert.Equal(DateTimeOffset.Parse("2026-09-28T02:00:00Z"), await ThroughAsync());
        await host.SendAsync(HttpMethod.Post, $"{Root}/boss/app/heartbeat", new { through = "2026-09-27T10:00:00+08:00" }, 204);
        Assert.Equal(DateTimeOffset.Parse("2026-09-28T02:00:00Z"), await ThroughAsync());
        // A portal speaks for its own feed only.
        await host.As("portal", source: "other").SendAsync(HttpMethod.Post, $"{Root}/boss/app/heartbeat", new { through = "2026-09-28T10:00:00+08:00" }, 403);
        // So does a manager who sees some regions only: a feed brings transactions of all.
        await host.As("manager", "4401", "other").SendAsync(HttpMethod.Post, $"{Root}/boss/app/heartbeat", new { through = "2026-09-28T10:00:00+08:00" }, 403);
        await host.As("manager", "4401", "boss").SendAsync(HttpMethod.Post, $"{Root}/boss/app/heartbeat", new { through = "2026-09-28T10:00:00+08:00" }, 204);
    }

    [Fact]
    public async Task Get_FeedsSeen_TellOverlaps()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var host = await FiguresHost.StartAsync(connection);
        await using (var database = NpgsqlDataSource.Create(connection))
        await using (var command = database.CreateCommand("""
            INSERT INTO kpi.feeds_seen (source, channel, first_at, last_at) VALUES
              ('boss', 'app', '2026-09-01', '2026-09-28'), ('portal', 'app', '2026-09-20', '2026-09-30')
            """))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var feeds = (await host.GetAsync(Root)).GetProperty("feeds");
        Assert.Equal("""["portal"]""", feeds[0].GetProperty("overlaps").GetRawText());
        Assert.Equal("""["boss"]""", feeds[1].GetProperty("overlaps").GetRawText());
        Assert.Equal("unset", feeds[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task Complete_OpenDeadLetterInThePeriod_IsFalse()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var host = await FiguresHost.StartAsync(connection);
        await using var database = NpgsqlDataSource.Create(connection);
        async Task RunAsync(string sql)
        {
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        async Task<bool> CompleteAsync(string day) => (await host.GetAsync(
            $"/api/v1/kpi/indicators/attempts/values?from=2026-09-{day}&to=2026-09-{int.Parse(day) + 1}")).GetProperty("complete").GetBoolean();

        await RunAsync("""
            INSERT INTO kpi.consumer_offsets (consumer_group, topic, partition, log_id, topic_id, next_offset, epoch, as_of)
            VALUES ('kpi-rollups', 'channels.transactions', 0, 'l', 't', 0, 0, '2026-10-01')
            """);
        Assert.True(await CompleteAsync("28"));
        await RunAsync("""
            INSERT INTO kpi.dead_letters (consumer_group, topic, partition, log_offset, record_key, value, headers, reason, masked, event_time)
            VALUES ('g', 'channels.transactions', 0, 1, '', '', '', 'torn', false, '2026-09-28T12:00:00+08:00')
            """);
        Assert.False(await CompleteAsync("28"));
        Assert.True(await CompleteAsync("27"));
        await RunAsync("UPDATE kpi.dead_letters SET state = 'resolved'");
        Assert.True(await CompleteAsync("28"));
    }

    [Fact]
    public async Task Put_WrongInput_NamesEveryField()
    {
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        Assert.Equal(["by", "cadence", "ends", "maxSilenceMinutes"], await host.WrongAsync(HttpMethod.Put, $"{Root}/boss/app", new { cadence = "weekly", maxSilenceMinutes = 0, by = "6am", ends = "never" }));
        Assert.Equal(["channel", "source"], await host.WrongAsync(HttpMethod.Put, $"{Root}/a%20b/fax", new { cadence = "daily" }));
        Assert.Equal(["through"], await host.WrongAsync(HttpMethod.Post, $"{Root}/boss/app/heartbeat", new { through = "2099-01-01T00:00:00Z" }));
        await host.As("agent").SendAsync(HttpMethod.Put, $"{Root}/boss/app", new { cadence = "daily" }, 403);
    }
}
