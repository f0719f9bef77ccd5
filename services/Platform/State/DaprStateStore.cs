using Dapr;
using Dapr.Client;
using Grpc.Core;

namespace ECommerce.Channels.Platform.State;

/// <summary>State behind the service's Dapr sidecar. The sidecar prefixes keys by its app id.</summary>
internal sealed class DaprStateStore(DaprClient dapr, string component, StateDeadline deadline) : IStateStore
{
    private static readonly StateOptions LastWrite = new() { Concurrency = ConcurrencyMode.LastWrite };
    private static readonly StateOptions FirstWrite = new() { Concurrency = ConcurrencyMode.FirstWrite };

    public Task<StateEntry?> GetAsync(string key, CancellationToken cancellation)
    {
        StateLimits.CheckKey(key);
        return deadline.RunAsync(token => ReadAsync(key, token), cancellation);
    }

    /// <summary>One by one, some at a time: the client's own bulk read makes text of the bytes.</summary>
    public Task<IReadOnlyDictionary<string, StateEntry>> GetManyAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        StateLimits.CheckKeys(keys);
        return deadline.RunAsync(async token =>
        {
            var found = new Dictionary<string, StateEntry>();
            foreach (var some in keys.Distinct().Chunk(16))
            {
                var entries = await Task.WhenAll(some.Select(key => ReadAsync(key, token)));
                for (var i = 0; i < some.Length; i++)
                    if (entries[i] is { } entry) found.Add(some[i], entry);
            }
            return (IReadOnlyDictionary<string, StateEntry>)found;
        }, cancellation);
    }

    public Task<StateResult> SaveAsync(
        string key, ReadOnlyMemory<byte> value, StateCondition condition, TimeSpan? timeToLive, CancellationToken cancellation)
    {
        StateLimits.Check(StateOperation.Save(key, value, condition, timeToLive));
        return deadline.RunAsync(token => SaveOneAsync(key, value, condition, Metadata(timeToLive), token), cancellation);
    }

    public Task<StateResult> DeleteAsync(string key, StateCondition condition, CancellationToken cancellation)
    {
        StateLimits.Check(StateOperation.Delete(key, condition));
        return deadline.RunAsync(async token =>
        {
            // An empty ETag deletes whatever is there.
            var deleted = await dapr.TryDeleteStateAsync(component, key, condition.ETag ?? "", cancellationToken: token);
            return deleted ? StateResult.Saved : StateResult.Conflict;
        }, cancellation);
    }

    public Task<StateResult> ExecuteAsync(IReadOnlyCollection<StateOperation> operations, CancellationToken cancellation)
    {
        var requests = StateLimits.Ordered(operations).Select(Request).ToList();
        return deadline.RunAsync(
            token => ConflictAsResultAsync(() => dapr.ExecuteStateTransactionAsync(component, requests, cancellationToken: token)), cancellation);
    }

    private async Task<StateEntry?> ReadAsync(string key, CancellationToken cancellation)
    {
        var (value, etag) = await dapr.GetByteStateAndETagAsync(component, key, cancellationToken: cancellation);
        return string.IsNullOrEmpty(etag) ? null : new StateEntry(value, etag);
    }

    private async Task<StateResult> SaveOneAsync(
        string key, ReadOnlyMemory<byte> value, StateCondition condition, Dictionary<string, string>? metadata, CancellationToken cancellation)
    {
        if (condition.ETag is { } etag)
        {
            var saved = await dapr.TrySaveByteStateAsync(component, key, value, etag, metadata: metadata, cancellationToken: cancellation);
            return saved ? StateResult.Saved : StateResult.Conflict;
        }
        var options = condition.MustBeAbsent ? FirstWrite : LastWrite;
        return await ConflictAsResultAsync(() => dapr.SaveByteStateAsync(component, key, value, options, metadata, cancellation));
    }

    private static StateTransactionRequest Request(StateOperation operation) => new(
        operation.Key,
        operation.Value?.ToArray(),
        operation.Value is null ? StateOperationType.Delete : StateOperationType.Upsert,
        operation.Condition.ETag,
        Metadata(operation.TimeToLive),
        operation.Condition.MustBeAbsent || operation.Condition.ETag is not null ? FirstWrite : LastWrite);

    /// <summary>The sidecar has no status of its own for a lost race of a first write or a transaction: only these words.</summary>
    private static async Task<StateResult> ConflictAsResultAsync(Func<Task> write)
    {
        try
        {
            await write();
            return StateResult.Saved;
        }
        catch (DaprException failure) when (failure.InnerException is RpcException answer && IsConflict(answer.Status))
        {
            return StateResult.Conflict;
        }
    }

    private static bool IsConflict(Status status) =>
        status.StatusCode == StatusCode.Aborted
        || (status.StatusCode == StatusCode.Internal
            && (status.Detail.Contains("possible etag mismatch", StringComparison.Ordinal)
                || status.Detail.Contains("no item was updated", StringComparison.Ordinal)));

    private static Dictionary<string, string>? Metadata(TimeSpan? timeToLive) =>
        StateLimits.Seconds(timeToLive) is { } seconds ? new() { ["ttlInSeconds"] = seconds.ToString() } : null;
}
