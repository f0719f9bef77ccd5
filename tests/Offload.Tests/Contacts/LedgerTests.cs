using ECommerce.Channels.Contracts;
using ECommerce.Channels.Offload.Contacts;
using ECommerce.Channels.Offload.Rules;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Offload.Tests.Contacts;

/// <summary>The one ledger, under races, over the service and over HTTP.</summary>
public sealed class LedgerTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reservations_OfTenThousandWhoRace_NeverExceedAnAllowance()
    {
        const int customers = 500;
        await using var host = await OffloadHost.StartAsync(postgres);
        await QuietNeverAsync(host);
        var ledger = host.The<ContactLedger>();
        var (given, refused) = (0, 0);
        await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Cancellation }, async (number, cancellation) =>
        {
            var refusal = await ledger.ReserveAsync($"r_{number}", $"c_{number % customers}x", "guidance", number % 2 == 0 ? "sms" : "app", cancellation);
            if (refusal is null) Interlocked.Increment(ref given);
            else Interlocked.Increment(ref refused);
        });
        // Two a day, for whatever it is.
        Assert.Equal((2 * customers, 10_000 - (2 * customers)), (given, refused));
        await using var command = host.The<NpgsqlDataSource>().CreateCommand("SELECT max(n), min(n) FROM (SELECT count(*) AS n FROM contacts GROUP BY customer) t");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        Assert.True(await reader.ReadAsync(Cancellation));
        Assert.Equal((2L, 2L), (reader.GetInt64(0), reader.GetInt64(1)));
    }

    [Fact]
    public async Task Reservation_MadeSpentAndRefused_NamesTheRule()
    {
        await using var host = await OffloadHost.StartAsync(postgres);
        await host.TellTheWorldAsync(Cancellation);
        await QuietNeverAsync(host);
        var first = await ReserveAsync(host);
        Assert.Equal(201, first.Status);
        var id = first.Body.GetProperty("id").GetString();
        Assert.Equal(204, (await host.CallAsync(HttpMethod.Post, $"/contacts/reservations/{id}/spent", null, Roles.Portal, Cancellation)).Status);
        Assert.Equal(404, (await host.CallAsync(HttpMethod.Post, $"/contacts/reservations/{id}/released", null, Roles.Portal, Cancellation)).Status);
        var second = await ReserveAsync(host);
        Assert.Equal(201, second.Status);
        var refused = await ReserveAsync(host);
        Assert.Equal((409, "any-day"), (refused.Status, refused.Body.GetProperty("rule").GetString()));
        Assert.InRange(refused.Body.GetProperty("freeAt").GetDateTimeOffset(), TimeProvider.System.GetUtcNow().AddHours(23), TimeProvider.System.GetUtcNow().AddHours(24.1));
        // What was not sent is free again.
        var (_, body) = second;
        Assert.Equal(204, (await host.CallAsync(HttpMethod.Post, $"/contacts/reservations/{body.GetProperty("id").GetString()}/released", null, Roles.Portal, Cancellation)).Status);
        Assert.Equal(201, (await ReserveAsync(host)).Status);
    }

    [Fact]
    public async Task Reservation_InQuietHours_IsRefused()
    {
        await using var host = await OffloadHost.StartAsync(postgres);
        await PublishAsync(host, RuleJson.Starting() with { QuietHours = new QuietHours(1, 0) });
        var refusal = await host.The<ContactLedger>().ReserveAsync("r_1", "c_1x", "survey", "sms", Cancellation);
        Assert.Equal(ContactLedger.QuietHours, refusal?.Rule);
    }

    [Fact]
    public async Task Reservation_OfWrongFields_NamesThem()
    {
        await using var host = await OffloadHost.StartAsync(postgres);
        await host.TellTheWorldAsync(Cancellation);
        var (status, body) = await host.CallAsync(HttpMethod.Post, "/contacts/reservations", new { customer = "x", purpose = "fun", channel = "pigeon" }, Roles.Portal, Cancellation);
        Assert.Equal(400, status);
        Assert.Equal(["channel", "customer", "purpose"], body.GetProperty("errors").EnumerateObject().Select(one => one.Name).Order(StringComparer.Ordinal));
    }

    private static Task<(int Status, System.Text.Json.JsonElement Body)> ReserveAsync(OffloadHost host) =>
        host.CallAsync(HttpMethod.Post, "/contacts/reservations", new { customer = "c_1x", purpose = "care", channel = "sms" }, Roles.Portal, Cancellation);

    private static Task QuietNeverAsync(OffloadHost host) => PublishAsync(host, RuleJson.Starting() with { QuietHours = new QuietHours(0, 0) });

    private static async Task PublishAsync(OffloadHost host, RuleSet rules)
    {
        var store = host.The<RuleSetStore>();
        var latest = await store.LatestAsync(Cancellation);
        Assert.Null(await store.SaveDraftAsync(rules, latest.Number, 0, "test", "user:one", Cancellation));
        var draft = (await store.DraftAsync(Cancellation))!;
        Assert.Null(await store.StepAsync(draft.Revision, "submitted", "rules.submitted", "test", "user:one", Cancellation));
        draft = (await store.DraftAsync(Cancellation))!;
        Assert.Null((await store.PublishAsync(draft, draft.Hash, "user:two", Cancellation)).Problem);
    }
}
