using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Offload.Tests.Preferences;

public sealed class PreferencesApiTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Preferences_OfACustomer_AreSaidInPlainWords()
    {
        await using var host = await OffloadHost.StartAsync(postgres);
        await host.TellTheWorldAsync(Cancellation);
        await host.TellCustomerAsync(Told.Customer("c_1x", guidance: ["app"], prefers: "web"), Cancellation);
        await host.TellTransactionsAsync([.. Enumerable.Range(1, 6).Select(day => Told.Use("c_1x", "app", day * 10)), Told.Use("c_1x", "agent", 2)], Cancellation);
        await host.UntilCountAsync("SELECT count(*) FROM profiles JOIN customers USING (customer)", 1, Cancellation);
        JsonElement told = default;
        await Tools.UntilAsync("it is known", TimeSpan.FromSeconds(20), async () =>
        {
            (var status, told) = await host.CallAsync(HttpMethod.Get, "/customers/c_1x/preferences", null, Roles.Agent, Cancellation);
            return status == 200;
        }, Cancellation);
        var channels = told.GetProperty("channels").EnumerateArray().ToList();
        Assert.Equal("web", channels[0].GetProperty("channel").GetString());
        Assert.True(channels[0].GetProperty("stated").GetBoolean());
        var app = channels.Single(one => one.GetProperty("channel").GetString() == "app");
        Assert.Equal((6, true), (app.GetProperty("uses").GetInt32(), app.GetProperty("mayBeLedTo").GetBoolean()));
        Assert.Equal(["Used 6 time(s) in 180 days", "Last used 10 day(s) ago", "About 100% of tries succeeded"], app.GetProperty("reasons").EnumerateArray().Select(one => one.GetProperty("en").GetString()));
        Assert.All(channels, one => Assert.InRange(one.GetProperty("reasons").GetArrayLength(), 1, 3));
        Assert.Equal(403, (await host.CallAsync(HttpMethod.Get, "/customers/c_1x/preferences", null, Roles.Agent, Cancellation, regions: "4403")).Status);
    }

    [Fact]
    public async Task Profiles_FoldedAgainFromTheFirstOffset_AreTheSame()
    {
        var connection = await postgres.NewDatabaseAsync();
        Dictionary<string, byte[]> before;
        await using (var host = await OffloadHost.OnAsync(connection))
        {
            await host.TellTheWorldAsync(Cancellation);
            var random = new Random(3);
            var some = Enumerable.Range(0, 600).Select(number => Told.Use($"c_{random.Next(40)}x", random.Next(2) == 0 ? "app" : "sms", random.NextDouble() * 90, id: $"id-{number}")).ToList();
            await host.TellTransactionsAsync(some, Cancellation);
            // The same again, and in another order: a feed that sends twice.
            await host.TellTransactionsAsync(some.OrderBy(_ => random.Next()), Cancellation);
            await FoldedAsync(host, 1_200);
            before = await UsesAsync(host);
            Assert.Equal(600, before.Sum(one => Offload.Preferences.UseList.Read(one.Value).Count));
        }
        await using (var database = NpgsqlDataSource.Create(connection))
        await using (var command = database.CreateCommand("DELETE FROM offload.profiles; UPDATE offload.consumer_offsets SET next_offset = 0 WHERE consumer_group = 'offload.profiles'"))
            await command.ExecuteNonQueryAsync(Cancellation);
        await using var again = await OffloadHost.OnAsync(connection);
        await FoldedAsync(again, 1_200);
        Assert.Equal(before, await UsesAsync(again));
    }

    [Fact]
    public async Task Table_OfAChannelAndMonth_CountsWhatCustomersDid()
    {
        await using var host = await OffloadHost.StartAsync(postgres);
        await host.TellTheWorldAsync(Cancellation);
        var month = TimeProvider.System.GetUtcNow().AddMonths(-2);
        var start = new DateTimeOffset(month.Year, month.Month, 1, 0, 0, 0, TimeSpan.FromHours(8));
        var before = (TimeProvider.System.GetUtcNow() - start).TotalDays;
        // Ten who used it much before and in the month, ten who used it neither.
        var uses = Enumerable.Range(0, 10).SelectMany(number => Enumerable.Range(1, 12).Select(day => Told.Use($"c_much{number}x", "app", before + (day * 5)))
            .Concat(Enumerable.Range(1, 8).Select(day => Told.Use($"c_much{number}x", "app", before - day)))
            .Append(Told.Use($"c_none{number}x", "agent", before + 3)));
        await host.TellTransactionsAsync(uses, Cancellation);
        await host.UntilCountAsync("SELECT count(*) FROM profiles", 20, Cancellation);
        foreach (var model in new[] { "score", "share" })
        {
            var (status, table) = await host.CallAsync(HttpMethod.Get, $"/preferences/table?channel=app&month={start:yyyy-MM}&model={model}", null, Roles.Manager, Cancellation);
            Assert.Equal((200, 20, true), (status, table.GetProperty("customers").GetInt32(), table.GetProperty("complete").GetBoolean()));
            var rows = table.GetProperty("rows").EnumerateArray().ToList();
            Assert.Equal((10, 10), (rows.Sum(row => row.GetProperty("usedMore").GetInt32()), rows.Sum(row => row.GetProperty("usedNever").GetInt32())));
            Assert.Equal((1, 1), (table.GetProperty("areaUsed").GetDouble(), table.GetProperty("hitRate").GetDouble()));
        }
        var wrong = await host.CallAsync(HttpMethod.Get, "/preferences/table?channel=pigeon&month=1999-01&model=magic", null, Roles.Manager, Cancellation);
        Assert.Equal((400, 3), (wrong.Status, wrong.Body.GetProperty("errors").EnumerateObject().Count()));
    }

    private static Task FoldedAsync(OffloadHost host, int events) =>
        host.UntilCountAsync("SELECT coalesce(sum(greatest(next_offset, 0)), 0) FROM consumer_offsets WHERE consumer_group = 'offload.profiles'", events, Cancellation);

    private static async Task<Dictionary<string, byte[]>> UsesAsync(OffloadHost host)
    {
        var uses = new Dictionary<string, byte[]>();
        await using var command = host.The<NpgsqlDataSource>().CreateCommand("SELECT customer, uses FROM profiles");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation)) uses[reader.GetString(0)] = reader.GetFieldValue<byte[]>(1);
        return uses;
    }
}
