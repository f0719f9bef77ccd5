using System.Text.Json;
using ECommerce.Channels.Care.Matters;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Contracts.Transactions;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Matters;

/// <summary>Matters of transactions, conversations and tickets, told over the log once they are settled.</summary>
public sealed class MatterJudgeTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/care";
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Round_OverContactsOfAllKinds_TellsOneMatterOnce()
    {
        await using var host = await StartAsync();
        await host.CallAsync(HttpMethod.Put, $"{Root}/customers/c_ann", new { region = "4401", brand = "gotone" }, Roles.Admin, Cancellation);
        await TellAsync(host, 1, Of("1", "app", -2) with { Outcome = Outcome.Failed });
        var conversation = await ChatAsync(host);
        await TicketAsync(host, new { customer = "c_ann", type = "request", severity = "low", subject = "s", service = "payment.topup", conversation });
        await TicketAsync(host, new { customer = "c_ann", type = "request", severity = "low", subject = "s", service = "callerid.on" });

        // 72 hours after the chat are not over yet, those after the failure are: it is one matter, which the failure began.
        Assert.Equal(0, await RoundAsync(host, 70));
        Assert.Equal(1, await RoundAsync(host, 71));
        Assert.Equal(0, await RoundAsync(host, 71));
        Assert.Equal(1, await RoundAsync(host, 73));
        Assert.Equal(0, await RoundAsync(host, 100));

        var told = await MattersAsync(host);
        Assert.Equal(["payment 2", "value-added 1"], told.Select(one => $"{one.Group} {one.Contacts}"));
        var first = told[0];
        Assert.Equal(("c_ann", "app", "transaction", "4401", "gotone"), (first.Customer, first.Channel, first.Kind, first.Region, first.Brand));
        Assert.Equal((true, true, true, false, true, 1L), (first.Electronic, first.Bounced, first.Hopped, first.FirstSolved, first.Solved, first.Revision));
        Assert.Equal((false, "ticket"), (told[1].Electronic, told[1].Kind));
    }

    [Fact]
    public async Task Round_ByManyReplicasAndAgain_TellsEachMatterOnce()
    {
        await using var host = await StartAsync();
        await TellAsync(host, 500, [.. Enumerable.Range(0, 500).Select(i => Of("1", "app", -100, "c_" + i))]);
        var told = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RoundAsync(host, 1)));
        Assert.Equal(500, told.Sum());
        Assert.Equal(500, (await MattersAsync(host)).Select(one => one.Customer).Distinct().Count());
        // As after a loss of the offsets: everything is read again.
        await ExecuteAsync(host, "UPDATE consumer_offsets SET next_offset = 0, epoch = epoch + 1 WHERE consumer_group = 'care.journeys'");
        await TellAsync(host, 501, Of("1", "app", -100, "c_last"));
        Assert.Equal(1, await RoundAsync(host, 2));
        Assert.Equal(501, (await MattersAsync(host)).Count);
    }

    [Fact]
    public async Task Round_AfterALateContact_TellsANewRevision()
    {
        await using var host = await StartAsync();
        await TellAsync(host, 1, Of("1", "app", -100));
        Assert.Equal(1, await RoundAsync(host, 1));
        // Of another channel's file, within the window; and then one before both, of which the matter is a part.
        await TellAsync(host, 2, Of("2", "agent", -90));
        Assert.Equal(1, await RoundAsync(host, 1));
        await TellAsync(host, 3, Of("3", "sms", -110));
        Assert.Equal(2, await RoundAsync(host, 1));
        var told = (await MattersAsync(host)).GroupBy(one => one.Id).Select(group => group.MaxBy(one => one.Revision)!).OrderBy(one => one.FirstAt).ToList();
        Assert.Equal([(3, 1L), (0, 3L)], told.Select(one => (one.Contacts, one.Revision)));
        Assert.Equal(["sms", "app", "agent"], told[0].Channels);
    }

    [Fact]
    public async Task Round_WithNothingLeftToJudge_SaysHowFarAtMostOnceAnHour()
    {
        await using var host = await StartAsync();
        await TellAsync(host, 1, Of("1", "app", -100));
        await RoundAsync(host, 1);
        await RoundAsync(host, 1.5);
        await RoundAsync(host, 3);
        var judged = (await Told.AllAsync(host, Topics.Conversations, Cancellation)).Where(one => one.Type == MattersJudged.Type)
            .Select(one => one.Data.GetProperty("through").GetDateTimeOffset()).Where(through => through > Now).ToList();
        Assert.Equal([Now.AddHours(1) - MatterTurns.Grace, Now.AddHours(3) - MatterTurns.Grace], judged);
    }

    [Fact]
    public async Task Erase_ACustomer_LeavesTheirMattersUnderAnIdNobodyKnows()
    {
        await using var host = await StartAsync();
        await host.CallAsync(HttpMethod.Put, $"{Root}/customers/c_ann", new { region = "4401" }, Roles.Admin, Cancellation);
        await TellAsync(host, 2, Of("1", "app", -100), Of("2", "app", -1));
        await RoundAsync(host, 1);
        Assert.Equal(204, (await host.CallAsync(HttpMethod.Delete, $"{Root}/customers/c_ann", null, Roles.Admin, Cancellation)).Status);
        foreach (var table in new[] { "matter_turns", "matters_told" })
        {
            await using var command = Database(host).CreateCommand($"SELECT customer FROM {table}");
            Assert.StartsWith("c_x", (string)(await command.ExecuteScalarAsync(Cancellation))!, StringComparison.Ordinal);
        }
        Assert.Equal(1, await RoundAsync(host, 80));
        Assert.StartsWith("c_x", (await MattersAsync(host))[^1].Customer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forget_ASource_TakesItsContactsOutOfTheMatters()
    {
        await using var host = await StartAsync();
        await TellAsync(host, 3, Of("1", "app", -100), Of("2", "sms", -99) with { Source = "demo" }, Of("3", "sms", -99, "c_ben") with { Source = "demo" });
        Assert.Equal(2, await RoundAsync(host, 1));
        await host.CallAsync(HttpMethod.Post, $"{Root}/sources/demo/forget", new { }, Roles.Admin, Cancellation);
        Assert.Equal(2, await RoundAsync(host, 1));
        Assert.Equal(
            ["c_ann 1", "c_ben 0"], (await MattersAsync(host)).Where(one => one.Revision == 2).Select(one => $"{one.Customer} {one.Contacts}").Order(StringComparer.Ordinal));
    }

    private async Task<CareHost> StartAsync()
    {
        var host = await CareHost.StartAsync(postgres);
        await host.TellCatalogueAsync(Cancellation);
        return host;
    }

    /// <summary>A round of a replica of its own, whose clock shows so many hours later.</summary>
    private static Task<int> RoundAsync(CareHost host, double hours)
    {
        TimeProvider later = new FakeTimeProvider(Now.AddHours(hours));
        return ActivatorUtilities.CreateInstance<MatterJudge>(host.Services, later).RoundAsync(Cancellation);
    }

    private static async Task<string> ChatAsync(CareHost host)
    {
        var (_, opened) = await host.CallAsync(HttpMethod.Post, $"{Root}/conversations", new { customer = "c_ann", channel = "sms", skill = "billing", service = "payment.topup" }, Roles.Portal, Cancellation);
        var id = opened.GetProperty("id").GetString()!;
        foreach (var (action, body) in new (string, object)[]
        {
            ("assign", new { }), ("messages", new { clientId = "a", text = "Hello", seen = 0 }), ("close", new { reason = "solved" }),
        })
        {
            var (status, answer) = await host.CallAsync(HttpMethod.Post, $"{Root}/conversations/{id}/{action}", body, Roles.Supervisor, Cancellation);
            Assert.True(status is 200 or 201, answer.ToString());
        }
        return id;
    }

    private static async Task TicketAsync(CareHost host, object ticket)
    {
        var (status, answer) = await host.CallAsync(HttpMethod.Post, $"{Root}/tickets", ticket, Roles.Agent, Cancellation);
        Assert.True(status == 201, answer.ToString());
    }

    /// <summary>Tells transactions; returns when there are so many steps in all.</summary>
    private static async Task TellAsync(CareHost host, long steps, params TransactionRecorded[] transactions)
    {
        var log = host.Services.GetRequiredService<IEventLog>();
        await log.AppendAsync(Topics.Transactions.Name, [.. transactions.Select(one => new LogRecord(one.Customer, one.Write()))], Cancellation);
        await Tools.UntilAsync($"{steps} steps", TimeSpan.FromSeconds(30), async () =>
        {
            await using var command = Database(host).CreateCommand("SELECT count(*) FROM journey_steps");
            return (long)(await command.ExecuteScalarAsync(Cancellation))! == steps;
        }, Cancellation);
    }

    private static async Task<List<MatterFacts>> MattersAsync(CareHost host) =>
    [
        .. (await Told.AllAsync(host, Topics.Conversations, Cancellation)).Where(one => one.Type == MatterSettled.Type)
            .Select(one => one.Data.GetProperty("matter").Deserialize<MatterFacts>(JsonSerializerOptions.Web)!).OrderBy(one => one.FirstAt),
    ];

    private static async Task ExecuteAsync(CareHost host, string sql)
    {
        await using var command = Database(host).CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static NpgsqlDataSource Database(CareHost host) => host.Services.GetRequiredService<NpgsqlDataSource>();

    private static TransactionRecorded Of(string id, string channel, int hours, string customer = "c_ann") =>
        new(id, "boss", Now.AddHours(hours), customer, channel, "payment.topup", Outcome.Success);
}
