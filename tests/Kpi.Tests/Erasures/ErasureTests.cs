using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Kpi.Tests.Indicators;
using ECommerce.Channels.Kpi.Tests.Serving;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Erasures;

public sealed class ErasureTests(PostgresServer postgres)
{
    private const string Erased = "c_aErasedCustomer0000000001";
    private static readonly string[] Asked = ["attempts", "customers", "active-customers", "service-level", "ticket-timeliness", "channel-hopping-rate", "complaints-per-10000"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Erased_Customer_LeavesTheFiguresAndNoTraceInAnyTable()
    {
        await using var host = await ServingHost.StartAsync(postgres);
        await TellEverythingAsync(host);
        var before = await FiguresAsync(host);
        Assert.NotEmpty(await TracesAsync(host));

        await host.TellAsync(Topics.Customers, Tombstone(), Tombstone());

        Assert.Empty(await TracesAsync(host));
        Assert.Equal(before, await FiguresAsync(host));
        await using var dead = host.Database.CreateCommand("SELECT count(*) FROM dead_letters WHERE position('c_x'::bytea IN record_key) > 0 AND position('c_x'::bytea IN value) > 0");
        Assert.Equal(1L, await dead.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Erased_Customer_IsCountedAsBeforeAfterARestart()
    {
        var database = await postgres.NewDatabaseAsync();
        await using (var first = new Restarted(await KpiHost.StartAsync(database, database)))
        {
            await first.Host.TellAsync(Topics.Customers, Tombstone("c_nobody"));
            await SendAsync(first.Host, 3);
            await first.Host.TellAsync(Topics.Customers, Tombstone());
        }
        await using var second = new Restarted(await KpiHost.StartAsync(database, database));
        await SendAsync(second.Host, 1, day: 1);
        await Tools.UntilAsync("both days are counted", TimeSpan.FromSeconds(30), async () =>
            (await second.Host.AskAsync($"attempts?{ServingHost.Period(2)}")).Values() is [var all] && all.Count() == 4, Cancellation);
        // The first two customers, and whoever comes again under the pseudonym, who is nobody that was known.
        Assert.Equal(3, Assert.Single((await second.Host.AskAsync($"customers?{ServingHost.Period()}")).Values()).Count());
        Assert.Equal(4, Assert.Single((await second.Host.AskAsync($"customers?{ServingHost.Period(2)}")).Values()).Count());
    }

    private static async Task TellEverythingAsync(ServingHost host)
    {
        await SendAsync(host, 3);
        await host.TellAsync(Facts.Chat(1, 30, 300) with { Customer = Erased });
        await host.TellAsync(Facts.Ticket(1, "open", "complaint").Resolved("12:00:00", true) with { Customer = Erased });
        await host.TellAsync(Topics.Conversations, ServingHost.Record(MatterIndicatorTests.Matter(1) with { Customer = Erased }));
        await host.TellAsync(Topics.Tickets, ServingHost.Record(TicketOpened.Type, new { ticket = new { customer = Erased } }, Erased, "t_9", 1));
        var changed = new CustomerChanged(Erased, null, null, null, "4401", null, [], null, null, [], 0, 1);
        await host.TellAsync(Topics.Customers, ServingHost.Record(CustomerChanged.Type, changed, Erased, Erased, 1));
    }

    private static async Task SendAsync(ServingHost host, int customers, int day = 0)
    {
        var lines = Enumerable.Range(0, customers).Select(i => JsonSerializer.Serialize(new
        {
            id = $"{i}-{day}",
            at = ServingHost.At("10:00:00", day),
            customer = i == 0 ? Erased : "c_" + i,
            channel = "app",
            service = "payment.topup",
            region = "4401",
            outcome = "success",
        }));
        Assert.Equal(202, (await host.Kpi.PostAsync("/api/v1/kpi/transactions", string.Join('\n', lines), "application/x-ndjson")).Status);
        await Tools.UntilAsync("it is counted", TimeSpan.FromSeconds(30), async () =>
            (await host.AskAsync($"attempts?from={ServingHost.Day.AddDays(day):yyyy-MM-dd}&to={ServingHost.Day.AddDays(day + 1):yyyy-MM-dd}")).Values() is [var all] && all.Count() == customers,
            Cancellation);
    }

    private static LogRecord Tombstone(string customer = Erased) => new(
        customer, ReadOnlyMemory<byte>.Empty,
        CloudEvents.Write(new Envelope(Guid.NewGuid().ToString(), "/channels/care", CustomerErased.Type, TimeProvider.System.GetUtcNow()) { Sequence = 2 }));

    private static async Task<string[]> FiguresAsync(ServingHost host)
    {
        var figures = new List<string>();
        foreach (var id in Asked)
            foreach (var row in (await host.AskAsync($"{id}?{ServingHost.Period(3)}&grain=day")).Values())
                figures.Add($"{id} {string.Join(' ', row.EnumerateObject().Where(field => field.Name != "complete"))}");
        return [.. figures];
    }

    /// <summary>Rows of any table of the service that hold the pseudonym, as text or bytes, or the hash of it.</summary>
    private static async Task<List<string>> TracesAsync(ServingHost host)
    {
        var (hex, hash) = (Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Erased)), Convert.ToHexStringLower(BitConverter.GetBytes(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(Erased)))));
        var traces = new List<string>();
        foreach (var table in await TablesAsync(host))
        {
            await using var command = host.Database.CreateCommand($"SELECT r::text FROM kpi.\"{table}\" r");
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
                if (new[] { Erased, hex, hash }.Any(trace => reader.GetString(0).Contains(trace, StringComparison.OrdinalIgnoreCase))) traces.Add(table);
        }
        return traces;
    }

    private static async Task<List<string>> TablesAsync(ServingHost host)
    {
        await using var command = host.Database.CreateCommand("SELECT tablename FROM pg_tables WHERE schemaname = 'kpi'");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var tables = new List<string>();
        while (await reader.ReadAsync(Cancellation)) tables.Add(reader.GetString(0));
        return tables;
    }

    private sealed class Restarted(KpiHost kpi) : IAsyncDisposable
    {
        public ServingHost Host { get; } = new(kpi);

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
