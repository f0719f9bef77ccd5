using System.Text;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Messaging;

public sealed class TransactionalConsumerTests(PostgresServer server)
{
    private static readonly ConsumerOptions Options = new(ServiceFixture.Tickets.Name, "svc.tickets") { BatchSize = 40, LongestPause = TimeSpan.FromMilliseconds(300) };

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Consume_RepeatsRestartsAndFences_CountsEveryEventOnce()
    {
        await using var service = await StartAsync();
        var random = new Random(11);
        IHost? host = null;
        for (var round = 0; round < 12; round++)
        {
            if (host is null || random.Next(3) == 0)
            {
                if (host is not null) await host.StopAsync(Ending);
                host = await service.HostAsync(services => services.AddTransactionalConsumer<Counting>(Options));
            }
            var batch = new List<LogRecord>();
            for (var key = 0; key < 30; key++)
                for (var sequence = (round * 5) + 1; sequence <= (round + 1) * 5; sequence++)
                    batch.Add(Event($"c_{key}", sequence));
            await service.Log.AppendAsync(ServiceFixture.Tickets.Name, batch, Ending);
            if (random.Next(2) == 0) await service.Log.AppendAsync(ServiceFixture.Tickets.Name, [.. batch.Take(random.Next(batch.Count))], Ending);
            // Another owner came and went: what is in flight must not commit.
            if (random.Next(2) == 0) await service.ExecuteAsync("UPDATE consumer_offsets SET epoch = epoch + 1");
        }
        await UntilReadAsync(service);
        Assert.Equal(30 * 60, await service.ScalarAsync<long>("SELECT sum(times)::bigint FROM counted"));
        Assert.Equal(30 * 60, await service.ScalarAsync<long>("SELECT count(*) FROM counted"));
        Assert.Equal(0, await service.ScalarAsync<long>("SELECT count(*) FROM dead_letters"));
    }

    [Fact]
    public async Task Consume_TwoMembersThatComeAndGo_CountEveryEventOnce()
    {
        await using var service = await StartAsync();
        await service.HostAsync(services => services.AddTransactionalConsumer<Counting>(Options));
        for (var round = 0; round < 4; round++)
        {
            var second = await service.HostAsync(services => services.AddTransactionalConsumer<Counting>(Options));
            for (var part = 0; part < 10; part++)
                await service.Log.AppendAsync(
                    ServiceFixture.Tickets.Name, [.. Enumerable.Range(0, 50).Select(key => Event($"c_{key}", (round * 10) + part + 1))], Ending);
            await second.StopAsync(Ending);
        }
        await UntilReadAsync(service);
        Assert.Equal(50 * 40, await service.ScalarAsync<long>("SELECT sum(times)::bigint FROM counted"));
    }

    [Fact]
    public async Task Consume_PoisonRecords_BecomeDeadLettersAndTheOthersAreCounted()
    {
        await using var service = await StartAsync();
        await service.Log.AppendAsync(ServiceFixture.Tickets.Name,
        [
            Event("c_1", 1), Raw("c_1", "{broken", 2), Event("c_1", 3), Raw("c_2", """{"fail":true}""", 1), Raw("c_3", """{"tel":"138 1234 5678" """, 1), Event("c_4", 1),
        ], Ending);
        var host = await service.HostAsync(services => services.AddTransactionalConsumer<Counting>(Options).AddDeadLetters());
        await UntilReadAsync(service);
        Assert.Equal(3, await service.ScalarAsync<long>("SELECT count(*) FROM counted"));

        var store = host.Services.GetRequiredService<DeadLetterStore>();
        var open = await store.ListAsync("open", null, 10, Ending);
        Assert.Equal(3, open.Count);
        Assert.Equal(["c_1", "c_2", "c_3"], await KeysAsync(store, open));
        Assert.Contains(open, line => line.Reason == "not JSON");
        Assert.Contains(open, line => line.Reason.StartsWith("InvalidOperationException: ", StringComparison.Ordinal));
        Assert.Equal(0, await service.ScalarAsync<long>("SELECT count(*) FROM dead_letters WHERE value::text LIKE '%' || encode('138 1234', 'hex') || '%' OR reason LIKE '%1234%'"));

        using var dead = new LogMember(service.Log, new SubscribeOptions(ServiceFixture.Tickets.DeadLetters, "dead"));
        await ServiceFixture.UntilAsync("forwarded", () => Task.FromResult(dead.Read.Count == 3));
        Assert.All(dead.Read, record => Assert.NotNull(CloudEvents.Find(record.Headers, "dead-reason")));
        Assert.DoesNotContain(dead.Read, record => record.Value.Contains("1234", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Consume_WhileAllIsQuiet_WritesDownUpToWhenEverythingIsApplied()
    {
        await using var service = await StartAsync();
        await service.Log.AppendAsync(ServiceFixture.Tickets.Name, [Event("c_1", 1)], Ending);
        await service.HostAsync(services => services.AddTransactionalConsumer<Counting>(Options with { AsOfEvery = TimeSpan.FromMilliseconds(200) }));
        await UntilReadAsync(service);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        await ServiceFixture.UntilAsync("every partition is known up to now, those without a record too", async () =>
            await service.ScalarAsync<long>($"SELECT count(*) FROM consumer_offsets WHERE as_of > '{now:O}'") == ServiceFixture.Tickets.Partitions);
        // Another owner came and went: it goes on.
        await service.ExecuteAsync("UPDATE consumer_offsets SET epoch = epoch + 1");
        await service.Log.AppendAsync(ServiceFixture.Tickets.Name, [Event("c_1", 2)], Ending);
        await UntilReadAsync(service);
        Assert.Equal(2, await service.ScalarAsync<long>("SELECT sum(times)::bigint FROM counted"));
    }

    [Fact]
    public async Task Consume_WithoutSequences_HandsOverEverythingAndLeavesNoSubjects()
    {
        await using var service = await StartAsync();
        await service.Log.AppendAsync(ServiceFixture.Tickets.Name, [Event("c_1", 2), Event("c_1", 1), Event("c_1", 2)], Ending);
        await service.HostAsync(services => services.AddTransactionalConsumer<Counting>(Options with { KeepSequences = false }));
        await UntilReadAsync(service);
        Assert.Equal(3, await service.ScalarAsync<long>("SELECT sum(times)::bigint FROM counted"));
        Assert.Equal(0, await service.ScalarAsync<long>("SELECT count(*) FROM consumer_sequences"));
    }

    [Fact]
    public async Task Replay_OpenDeadLetter_IsReadAgainOnceAndWithItsSequence()
    {
        await using var service = await StartAsync();
        await service.Log.AppendAsync(ServiceFixture.Tickets.Name, [Raw("c_2", """{"fail":true}""", 4), Raw("c_3", """{"fail":true,"tel":"13812345678"}""", 1)], Ending);
        var host = await service.HostAsync(services => services.AddTransactionalConsumer<Counting>(Options).AddDeadLetters());
        var store = host.Services.GetRequiredService<DeadLetterStore>();
        await ServiceFixture.UntilAsync("dead letters", async () => (await store.ListAsync(null, null, 10, Ending)).Count == 2);
        var lines = await store.ListAsync("open", null, 10, Ending);
        var plain = lines.Single(line => !line.Masked).Id;
        var masked = lines.Single(line => line.Masked).Id;

        await service.ExecuteAsync("UPDATE switch SET fail = false");
        Assert.Equal(Settlement.Masked, await store.ReplayAsync(masked, "user:sre", Ending));
        Assert.Equal(Settlement.Done, await store.ResolveAsync(masked, "user:sre", Ending));
        Assert.Equal(Settlement.Done, await store.ReplayAsync(plain, "user:sre", Ending));
        Assert.Equal(Settlement.AlreadySettled, await store.ReplayAsync(plain, "user:sre", Ending));
        Assert.Equal(Settlement.NotFound, await store.ReplayAsync(999, "user:sre", Ending));
        await UntilReadAsync(service);
        Assert.Equal(4, await service.ScalarAsync<long>("SELECT sequence FROM counted WHERE key = 'c_2'"));
        Assert.Equal("user:sre", (await store.FindAsync(plain, Ending))!.Line.SettledBy);
        var audited = await host.Services.GetRequiredService<AuditLog>().ReadAsync(null, 10, Ending);
        Assert.Equal(2, audited.Count);
    }

    [Fact]
    public async Task Consume_DatabaseGoesAndComesBack_LosesAndDoublesNothing()
    {
        await using var own = new PostgresServer { Durable = true };
        await own.InitializeAsync();
        await using var service = await StartAsync(await own.NewDatabaseAsync());
        await service.HostAsync(services => services.AddTransactionalConsumer<Counting>(Options));
        var accepted = 0;
        var refused = 0;
        for (var sequence = 1; sequence <= 90; sequence++)
        {
            if (sequence is 20 or 60) await own.StopAsync(sequence == 20 ? "fast" : "immediate");
            if (sequence is 30 or 70) await own.StartAsync();
            try
            {
                await service.Log.AppendAsync(ServiceFixture.Tickets.Name, [.. Enumerable.Range(0, 20).Select(key => Event($"c_{key}", sequence))], Ending);
                accepted++;
            }
            catch (EventLogUnavailableException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 20, 40);
        service.Database.Clear();
        await UntilReadAsync(service);
        var counted = await service.ScalarAsync<long>("SELECT count(DISTINCT sequence) FROM counted");
        // A refused append may still have been taken: the caller would have sent it again.
        Assert.InRange(counted, accepted, 90);
        Assert.Equal(counted * 20, await service.ScalarAsync<long>("SELECT sum(times)::bigint FROM counted"));
    }

    [Fact]
    public async Task Consume_OffsetsOfAnotherLog_StopsAndSaysSo()
    {
        await using var service = await StartAsync();
        await service.Log.AppendAsync(ServiceFixture.Tickets.Name, [Event("c_1", 1)], Ending);
        await service.ExecuteAsync("""
            INSERT INTO consumer_offsets (consumer_group, topic, partition, log_id, topic_id, next_offset, epoch)
            VALUES ('svc.tickets', 'test.tickets', 0, 'another', 'another', 5, 1)
            """);
        var host = await service.HostAsync(services => services.AddTransactionalConsumer<Counting>(Options));
        var consumer = host.Services.GetServices<IHostedService>().OfType<TransactionalConsumer>().Single();
        await ServiceFixture.UntilAsync("a named refusal", () => Task.FromResult(consumer.Fault is LogIdentityChangedException));
        Assert.Equal(0, await service.ScalarAsync<long>("SELECT count(*) FROM counted"));
        Assert.Equal(5, await service.ScalarAsync<long>("SELECT next_offset FROM consumer_offsets"));
    }

    private async Task<ServiceFixture> StartAsync(string? connection = null)
    {
        var service = await ServiceFixture.StartAsync(connection ?? await server.NewDatabaseAsync());
        await service.ExecuteAsync("""
            CREATE TABLE counted (key text, sequence bigint, times int NOT NULL DEFAULT 1, PRIMARY KEY (key, sequence));
            CREATE TABLE switch AS SELECT true AS fail
            """);
        return service;
    }

    private static LogRecord Event(string key, long sequence) => Raw(key, """{"ok":true}""", sequence);

    private static LogRecord Raw(string key, string value, long sequence) => new(
        key, Encoding.UTF8.GetBytes(value), CloudEvents.Write(new Envelope($"{key}-{sequence}", "/channels/care", "channels.ticket.changed.v1", DateTimeOffset.UnixEpoch) { Sequence = sequence }));

    private static Task UntilReadAsync(ServiceFixture service) => ServiceFixture.UntilAsync("everything is read", async () =>
    {
        // After an outage the log's pool may still hold a dead connection.
        if (await TryRangesAsync(service) is not { } ends) return false;
        return await service.ScalarAsync<long>("SELECT coalesce(sum(greatest(next_offset, 0)), 0)::bigint FROM consumer_offsets WHERE consumer_group = 'svc.tickets'") == ends;
    });

    private static async Task<long?> TryRangesAsync(ServiceFixture service)
    {
        try
        {
            return (await service.Log.RangesAsync(ServiceFixture.Tickets.Name, Ending)).Sum(range => range.End);
        }
        catch (EventLogUnavailableException)
        {
            return null;
        }
    }

    private static async Task<List<string>> KeysAsync(DeadLetterStore store, IReadOnlyList<DeadLetterLine> lines)
    {
        var keys = new List<string>();
        foreach (var line in lines) keys.Add((await store.FindAsync(line.Id, Ending))!.Key);
        return [.. keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>Counts each event; a record it is handed twice shows.</summary>
    private sealed class Counting : IRecordHandler
    {
        public async Task HandleAsync(IReadOnlyList<ConsumedRecord> records, NpgsqlTransaction transaction, CancellationToken cancellation)
        {
            foreach (var record in records)
            {
                await ThrowOnAsync(record, transaction, cancellation);
                await using var command = new NpgsqlCommand("""
                    INSERT INTO counted (key, sequence) VALUES ($1, $2)
                    ON CONFLICT (key, sequence) DO UPDATE SET times = counted.times + 1
                    """, transaction.Connection, transaction);
                command.Parameters.Add(new NpgsqlParameter { Value = record.Key });
                command.Parameters.Add(new NpgsqlParameter { Value = record.Envelope!.Sequence! });
                await command.ExecuteNonQueryAsync(cancellation);
            }
        }

        private static async Task ThrowOnAsync(ConsumedRecord record, NpgsqlTransaction transaction, CancellationToken cancellation)
        {
            JsonElement body;
            try
            {
                body = JsonDocument.Parse(record.Value).RootElement;
            }
            catch (JsonException e)
            {
                throw new PoisonRecordException(record, "not JSON", inner: e);
            }
            if (!body.TryGetProperty("fail", out _)) return;
            await using var command = new NpgsqlCommand("SELECT fail FROM switch", transaction.Connection, transaction);
            if (await command.ExecuteScalarAsync(cancellation) is true) throw new InvalidOperationException("a fault of the code, 13812345678");
        }
    }
}
