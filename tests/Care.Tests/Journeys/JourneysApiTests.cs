using System.Text.Json;
using ECommerce.Channels.Care.Journeys;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Transactions;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Journeys;

public sealed class JourneysApiTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/care/customers";
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Journey_OfACustomer_ShowsEachStepOnceNewestFirst()
    {
        await using var host = await StartAsync();
        var failed = Of("1", "app", -50) with { Outcome = Outcome.Failed, Reason = "timeout" };
        await TellAsync(host, [failed, Of("2", "agent", -20), failed, Of("9", "app", -10, "c_other"), Of("3", "app", -36 * 24 * 60), Of("4", "app", -8 * 24 * 60)]);
        await StepsAsync(host, 4);

        var (status, body) = await GetAsync(host, "c_ann");

        Assert.Equal(200, status);
        Assert.Equal(["2", "1"], body.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("id").GetString()));
        Assert.Equal(("failed", "timeout"), (Text(body.GetProperty("steps")[1], "outcome"), Text(body.GetProperty("steps")[1], "reason")));
        var matter = Assert.Single(body.GetProperty("matters").EnumerateArray());
        Assert.Equal(("""["app","agent"]""", "true", "true"), (matter.GetProperty("channels").GetRawText(), matter.GetProperty("bounced").GetRawText(), matter.GetProperty("solved").GetRawText()));
        Assert.Equal(["2", "1", "4"], (await GetAsync(host, "c_ann?days=35")).Body.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("id").GetString()));
        Assert.Equal(["days"], (await GetAsync(host, "c_ann?days=36")).Wrong());
    }

    [Fact]
    public async Task Journey_OfACustomerOfAnotherRegion_IsAsIfThereWereNone()
    {
        await using var host = await StartAsync();
        await host.CallAsync(HttpMethod.Put, $"{Root}/c_ann", new { region = "4401" }, Roles.Admin, Cancellation);
        Assert.Equal(404, (await GetAsync(host, "c_ann", "4403")).Status);
        Assert.Equal(200, (await GetAsync(host, "c_ann", "4401")).Status);
        Assert.Equal(404, (await GetAsync(host, "c_nobody", "4401")).Status);
        Assert.Equal(404, (await GetAsync(host, "13812345678")).Status);
    }

    [Fact]
    public async Task Erase_ACustomer_LeavesTheirStepsUnderAnIdNobodyKnows()
    {
        await using var host = await StartAsync();
        await host.CallAsync(HttpMethod.Put, $"{Root}/c_ann", new { region = "4401" }, Roles.Admin, Cancellation);
        await TellAsync(host, [Of("1", "app", -50)]);
        await StepsAsync(host, 1);
        Assert.Equal(204, (await host.CallAsync(HttpMethod.Delete, $"{Root}/c_ann", null, Roles.Admin, Cancellation)).Status);
        Assert.Empty((await GetAsync(host, "c_ann")).Body.GetProperty("steps").EnumerateArray());
        await using var command = Database(host).CreateCommand("SELECT customer FROM journey_steps");
        Assert.StartsWith("c_x", (string)(await command.ExecuteScalarAsync(Cancellation))!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forget_ASource_TakesItsStepsSoFarAndNothingElse()
    {
        await using var host = await StartAsync();
        await TellAsync(host, [Of("1", "app", -50), Of("2", "app", -40) with { Source = "demo" }, Of("3", "app", -30) with { Source = "demo" }]);
        await StepsAsync(host, 3);
        var (status, body) = await host.CallAsync(HttpMethod.Post, "/api/v1/care/sources/demo/forget", new { }, Roles.Admin, Cancellation);
        Assert.Equal((200, 2), (status, body.GetProperty("steps").GetInt32()));
        Assert.Equal(403, (await host.CallAsync(HttpMethod.Post, "/api/v1/care/sources/demo/forget", new { }, Roles.Admin, Cancellation, null, "4401")).Status);
        // As after a loss of the offsets: everything is read again.
        await using (var command = Database(host).CreateCommand("UPDATE consumer_offsets SET next_offset = 0, epoch = epoch + 1 WHERE consumer_group = 'care.journeys'"))
            await command.ExecuteNonQueryAsync(Cancellation);
        await TellAsync(host, [Of("4", "app", -20) with { Source = "demo" }]);
        await StepsAsync(host, 2);
        Assert.Equal(["4", "1"], (await GetAsync(host, "c_ann")).Body.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Upkeep_DaysThatAreKeptNoLonger_AreDropped()
    {
        await using var host = await StartAsync();
        var days = host.Services.GetRequiredService<JourneyDays>();
        var today = DateOnly.FromDateTime(Now.UtcDateTime);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => days.EnsureAsync([today.AddDays(-JourneyDays.Kept - 1), today.AddDays(-JourneyDays.Kept)], Cancellation)));
        await days.DropOldAsync(Cancellation);
        var kept = await days.DaysAsync(Cancellation);
        Assert.Contains(today.AddDays(-JourneyDays.Kept), kept);
        Assert.DoesNotContain(today.AddDays(-JourneyDays.Kept - 1), kept);
    }

    private async Task<CareHost> StartAsync()
    {
        var host = await CareHost.StartAsync(postgres);
        await host.TellCatalogueAsync(Cancellation);
        return host;
    }

    private static async Task TellAsync(CareHost host, IEnumerable<TransactionRecorded> transactions) =>
        await host.Services.GetRequiredService<IEventLog>().AppendAsync(
            Topics.Transactions.Name, [.. transactions.Select(one => new LogRecord(one.Customer, one.Write())), new LogRecord("c_ann", "no transaction"u8.ToArray())], Cancellation);

    private static Task StepsAsync(CareHost host, long count) => Tools.UntilAsync($"{count} steps", TimeSpan.FromSeconds(30), async () =>
    {
        await using var command = Database(host).CreateCommand("SELECT count(*) FROM journey_steps");
        return (long)(await command.ExecuteScalarAsync(Cancellation))! == count;
    }, Cancellation);

    private static Task<(int Status, JsonElement Body)> GetAsync(CareHost host, string customer, params string[] regions) =>
        host.CallAsync(HttpMethod.Get, $"{Root}/{customer.Replace("?", "/journey?", StringComparison.Ordinal)}{(customer.Contains('?', StringComparison.Ordinal) ? "" : "/journey")}", null, Roles.Agent, Cancellation, null, regions);

    private static NpgsqlDataSource Database(CareHost host) => host.Services.GetRequiredService<NpgsqlDataSource>();

    private static string? Text(JsonElement body, string name) => body.GetProperty(name).GetString();

    private static TransactionRecorded Of(string id, string channel, int minutes, string customer = "c_ann") =>
        new(id, "boss", Now.AddMinutes(minutes), customer, channel, "payment.topup", Outcome.Success);
}
