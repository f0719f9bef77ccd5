using System.Diagnostics;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Messaging;

public sealed class OutboxTests(PostgresServer server)
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_Committed_ArrivesWithItsEnvelopeAndTrace_RolledBack_Never()
    {
        await using var service = await ServiceFixture.StartAsync(await server.NewDatabaseAsync());
        await service.HostAsync(services => services.AddOutbox());
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == nameof(OutboxTests),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource(nameof(OutboxTests));
        using var activity = source.StartActivity();
        var at = new DateTimeOffset(2026, 9, 28, 13, 0, 0, TimeSpan.FromHours(8));
        await service.InTransactionAsync(
            transaction => service.Outbox.AddAsync(transaction, ServiceFixture.Tickets, "c_x", "channels.ticket.opened.v1", new { id = 1 }, 1, cancellation: Ending), commit: false);
        await service.InTransactionAsync(
            transaction => service.Outbox.AddAsync(transaction, ServiceFixture.Tickets, "c_1", "channels.ticket.opened.v1", new { id = 7 }, 3, "t_7", at, Ending));

        using var member = new LogMember(service.Log, new SubscribeOptions(ServiceFixture.Tickets.Name, "g"));
        await ServiceFixture.UntilAsync("the event", () => Task.FromResult(!member.Read.IsEmpty));
        var record = Assert.Single(member.Read);
        Assert.Equal(("c_1", """{"id":7}"""), (record.Key, record.Value));
        var envelope = CloudEvents.Read(record.Headers)!;
        Assert.Equal(("/channels/svc", "channels.ticket.opened.v1", at, 3L, "t_7"), (envelope.Source, envelope.Type, envelope.Time, envelope.Sequence!.Value, envelope.Subject));
        Assert.Equal(activity!.TraceId, TraceHeaders.Extract(record.Headers).TraceId);
        Assert.Equal("2026-09-28T05:00:00.000Z", CloudEvents.Find(record.Headers, EnvelopeHeaders.Time));
        await ServiceFixture.UntilAsync("an empty outbox", async () => await service.ScalarAsync<long>("SELECT count(*) FROM outbox") == 0);
    }

    [Fact]
    public async Task Relay_TwoReplicasCrashesAndAnUnreliableBroker_KeepTheOrderPerKeyAndLoseNothing()
    {
        await using var service = await ServiceFixture.StartAsync(await server.NewDatabaseAsync());
        var log = new UnreliableLog(service.Log, 7);
        var relays = new List<IHost> { await service.HostAsync(services => services.AddOutbox(), log), await service.HostAsync(services => services.AddOutbox(), log) };
        for (var sequence = 1; sequence <= 60; sequence++)
        {
            await service.InTransactionAsync(async transaction =>
            {
                for (var key = 0; key < 20; key++)
                    await service.Outbox.AddAsync(transaction, ServiceFixture.Tickets, $"c_{key}", "channels.ticket.changed.v1", new { sequence }, sequence, cancellation: Ending);
            });
            if (sequence % 20 != 0) continue;
            // One leaves in good order, another joins.
            await relays[0].StopAsync(Ending);
            relays.RemoveAt(0);
            relays.Add(await service.HostAsync(services => services.AddOutbox(), log));
        }
        await ServiceFixture.UntilAsync("an empty outbox", async () => await service.ScalarAsync<long>("SELECT count(*) FROM outbox") == 0);

        using var member = new LogMember(service.Log, new SubscribeOptions(ServiceFixture.Tickets.Name, "g"));
        var ends = (await service.Log.RangesAsync(ServiceFixture.Tickets.Name, Ending)).Sum(range => range.End);
        await ServiceFixture.UntilAsync("all of it", () => Task.FromResult(member.Read.Count == ends));
        Assert.True(log.Faults > 0);
        foreach (var key in member.Read.GroupBy(record => record.Key))
        {
            var last = 0L;
            foreach (var record in key)
            {
                var sequence = CloudEvents.Read(record.Headers)!.Sequence!.Value;
                Assert.True(sequence <= last + 1, $"{key.Key}: {sequence} after {last}");
                last = Math.Max(last, sequence);
            }
            Assert.Equal(60, last);
        }
    }

    [Fact]
    public async Task Relay_HolderDies_AnotherTakesOverWhenTheLeaseIsOver()
    {
        await using var service = await ServiceFixture.StartAsync(await server.NewDatabaseAsync());
        await service.ExecuteAsync("UPDATE outbox_leases SET holder = gen_random_uuid(), expires_at = clock_timestamp() + interval '2 s'");
        var start = Stopwatch.StartNew();
        await service.HostAsync(services => services.AddOutbox());
        await service.InTransactionAsync(transaction => service.Outbox.AddAsync(transaction, ServiceFixture.Tickets, "c_1", "t", new { }, 1, cancellation: Ending));
        await ServiceFixture.UntilAsync("an empty outbox", async () => await service.ScalarAsync<long>("SELECT count(*) FROM outbox") == 0);
        Assert.True(start.Elapsed > TimeSpan.FromSeconds(1), "a live lease was not respected");
    }

    [Fact]
    public async Task Relay_TopicThatIsNotThere_DoesNotHoldUpTheOthers()
    {
        await using var service = await ServiceFixture.StartAsync(await server.NewDatabaseAsync());
        await service.HostAsync(services => services.AddOutbox());
        await service.InTransactionAsync(async transaction =>
        {
            await service.Outbox.AddAsync(transaction, new Topic("no.such.topic", 1, 1), "c_1", "t", new { }, 1, cancellation: Ending);
            await service.Outbox.AddAsync(transaction, ServiceFixture.Tickets, "c_1", "t", new { }, 1, cancellation: Ending);
        });
        await ServiceFixture.UntilAsync("only the impossible one", async () => await service.ScalarAsync<long>("SELECT count(*) FROM outbox") == 1);
        Assert.Equal("no.such.topic", await service.ScalarAsync<string>("SELECT topic FROM outbox"));
    }

    [Fact]
    public async Task Relay_Backlog_DrainsFast()
    {
        await using var service = await ServiceFixture.StartAsync(await server.NewDatabaseAsync());
        await service.ExecuteAsync("""
            INSERT INTO outbox (slice, topic, record_key, value, headers)
            SELECT i % 8, 'test.tickets', 'c_' || i % 500, convert_to('{"n":' || i || '}', 'UTF8'), '' FROM generate_series(1, 50000) i
            """);
        var watch = Stopwatch.StartNew();
        await service.HostAsync(services => services.AddOutbox());
        await ServiceFixture.UntilAsync("an empty outbox", async () => await service.ScalarAsync<long>("SELECT count(*) FROM outbox") == 0);
        Assert.Equal(50_000, (await service.Log.RangesAsync(ServiceFixture.Tickets.Name, Ending)).Sum(range => range.End));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"50,000 took {watch.Elapsed}");
    }
}
