using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Transactions;
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

    /// <summary>Members of the group in each process: while one waits for the database, another reads.</summary>
    public const int Members = 2;

    /// <summary>Of many events at once a customer is written once.</summary>
    public static readonly ConsumerOptions Reading = new(Topics.Transactions.Name, Group) { KeepSequences = false, KeysAndHeaders = false, BatchSize = 5_000 };

    public async Task HandleAsync(IReadOnlyList<ConsumedRecord> records, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var first = UseList.FirstKept(now);
        var read = new List<TransactionRecorded>(records.Count);
        foreach (var record in records)
            if (Read(record) is { } one && one.At.ToUnixTimeSeconds() / 60 >= first && CustomerId.IsValid(one.Customer)) read.Add(one);
        if (read.Count == 0) return;
        await codes.EnsureAsync(CodesOf(read), cancellation);
        var fresh = new Dictionary<string, List<Use>>(read.Count, StringComparer.Ordinal);
        foreach (var one in read)
        {
            if (!fresh.TryGetValue(one.Customer, out var uses)) fresh[one.Customer] = uses = new List<Use>(1);
            uses.Add(Of(one));
        }
        await ProfileStore.AddAsync(transaction, fresh, first, now, cancellation);
    }

    private static HashSet<string> CodesOf(List<TransactionRecorded> read)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in read)
        {
            found.Add(one.Source);
            found.Add(one.Channel);
            found.Add(one.Service);
        }
        return found;
    }

    private Use Of(TransactionRecorded one) => new(
        (int)(one.At.ToUnixTimeSeconds() / 60), IdentityOf(one.Source, one.Id), codes.NumberOf(one.Source),
        codes.NumberOf(one.Channel), codes.NumberOf(one.Service), one.Outcome, one.Assisted, TaskHash(one.Task));

    private static uint IdentityOf(string source, string id) => (uint)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(id.AsSpan()), (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(source.AsSpan())));

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
