using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Transactions;
using ECommerce.Channels.Offload.Customers;
using ECommerce.Channels.Platform.Messaging;
using Npgsql;

namespace ECommerce.Channels.Offload.Preferences;

/// <summary>
/// Folds transactions into what is known of their customers, in the transaction that moves the offset. What cannot be read is passed
/// over: kpi, which counts it, keeps it as a dead letter, and a replay comes by here too.
/// </summary>
internal sealed class ProfileConsumer(ProfileCodes codes, TimeProvider time) : IRecordHandler
{
    public const string Group = "offload.profiles";

    public async Task HandleAsync(IReadOnlyList<ConsumedRecord> records, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        var first = UseList.FirstKept(time.GetUtcNow());
        var read = new List<TransactionRecorded>(records.Count);
        foreach (var record in records)
            if (Read(record) is { } one && one.At.ToUnixTimeSeconds() / 60 >= first && CustomerId.IsValid(one.Customer)) read.Add(one);
        if (read.Count == 0) return;
        await codes.EnsureAsync(read.SelectMany(one => new[] { one.Source, one.Channel, one.Service }), cancellation);
        var fresh = read.GroupBy(one => one.Customer, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Select(Of).ToList(), StringComparer.Ordinal);
        var changed = await ProfileStore.AddAsync(transaction, fresh, first, cancellation);
        await ProfileHeads.RaiseAsync(transaction, changed, time.GetUtcNow(), cancellation);
    }

    private Use Of(TransactionRecorded one) => new(
        (int)(one.At.ToUnixTimeSeconds() / 60), (uint)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{one.Source}\n{one.Id}")), codes.NumberOf(one.Source),
        codes.NumberOf(one.Channel), codes.NumberOf(one.Service), one.Outcome, one.Assisted, TaskHash(one.Task));

    /// <summary>0 is kept for none.</summary>
    public static uint TaskHash(string? task) => task is null ? 0 : Math.Max(1, (uint)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(task)));

    private static TransactionRecorded? Read(ConsumedRecord record)
    {
        try
        {
            return TransactionRecorded.Read(record.Value.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
