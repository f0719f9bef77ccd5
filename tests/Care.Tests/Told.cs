using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ECommerce.Channels.Care.Tests;

/// <summary>An event as the log holds it.</summary>
internal sealed record Told(string Type, string? Subject, JsonElement Data)
{
    /// <summary>Everything of a topic, in order per key, once it has left the outbox.</summary>
    public static async Task<List<Told>> AllAsync(CareHost host, Topic topic, CancellationToken cancellation)
    {
        var database = host.Services.GetRequiredService<NpgsqlDataSource>();
        await Tools.UntilAsync("everything is told", TimeSpan.FromSeconds(30), async () =>
        {
            await using var command = database.CreateCommand("SELECT count(*) FROM outbox");
            return (long)(await command.ExecuteScalarAsync(cancellation))! == 0;
        }, cancellation);
        var log = host.Services.GetRequiredService<IEventLog>();
        var expected = (await log.RangesAsync(topic.Name, cancellation)).Sum(range => range.End - range.First);
        using var consumer = log.Subscribe(new SubscribeOptions(topic.Name, "test-" + Guid.NewGuid().ToString("N")), new FromTheStart());
        var told = new List<Told>();
        var batch = new RecordBatch(500);
        await Tools.UntilAsync("all of it is read", TimeSpan.FromSeconds(30), () =>
        {
            batch.Clear();
            consumer.Poll(batch, TimeSpan.FromMilliseconds(100), cancellation);
            for (var i = 0; i < batch.Count; i++) told.Add(Of(batch, i));
            return Task.FromResult(told.Count >= expected);
        }, cancellation);
        return told;
    }

    private static Told Of(RecordBatch batch, int i)
    {
        var envelope = CloudEvents.Read(batch.Headers(i));
        var value = batch.Value(i);
        return new Told(envelope?.Type ?? "", envelope?.Subject, value.Length == 0 ? default : JsonDocument.Parse(value.ToArray()).RootElement);
    }

    private sealed class FromTheStart : IPartitionOwner
    {
        public IReadOnlyDictionary<int, long> Assigned(IReadOnlyList<int> partitions) => partitions.ToDictionary(partition => partition, _ => -1L);

        public void Revoked(IReadOnlyList<int> partitions)
        {
        }

        public void Lost(IReadOnlyList<int> partitions)
        {
        }
    }
}
