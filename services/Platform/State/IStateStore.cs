namespace ECommerce.Channels.Platform.State;

/// <summary>
/// What a service looks up by one key, that changes often and may expire. Every entry carries an ETag; a write that finds another one
/// than expected is <see cref="StateResult.Conflict"/>, a result and no exception. State can not join a transaction of the database:
/// what commits together with an event or a row belongs into the service's own tables.
/// <para>Every call ends within the store's deadline (<see cref="StateStoreOptions.Deadline"/>), whatever is behind it, with
/// <see cref="StateUnavailableException"/>; a write that ended so may have happened. Keys are 1 to 256 characters, no control
/// characters and no <c>||</c>; values are 1 byte to 1 MiB; other arguments throw <see cref="ArgumentException"/>.</para>
/// </summary>
public interface IStateStore
{
    /// <summary>The entry, or null where there is none or its time is over.</summary>
    Task<StateEntry?> GetAsync(string key, CancellationToken cancellation);

    /// <summary>The entries that are there, by key; at most 100 keys.</summary>
    Task<IReadOnlyDictionary<string, StateEntry>> GetManyAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation);

    /// <param name="value">The whole new value.</param>
    /// <param name="condition">When to write; else the result is <see cref="StateResult.Conflict"/>.</param>
    /// <param name="timeToLive">The entry is gone after this time, in whole seconds rounded up; null keeps it for ever, also where it had an end before.</param>
    Task<StateResult> SaveAsync(
        string key, ReadOnlyMemory<byte> value, StateCondition condition, TimeSpan? timeToLive, CancellationToken cancellation);

    /// <summary>Removes the entry. Nothing there is a conflict only where an ETag was expected.</summary>
    Task<StateResult> DeleteAsync(string key, StateCondition condition, CancellationToken cancellation);

    /// <summary>
    /// All operations or none; at most 100, their values together at most 3 MiB. Operations of one key are done in the order given,
    /// keys in an order of the store's own.
    /// </summary>
    Task<StateResult> ExecuteAsync(IReadOnlyCollection<StateOperation> operations, CancellationToken cancellation);
}

/// <summary>A value, and the ETag that names this state of it; another write, even of the same bytes, has another ETag.</summary>
public sealed record StateEntry(ReadOnlyMemory<byte> Value, string ETag);

/// <summary>How a write ended.</summary>
public enum StateResult
{
    /// <summary>It is done (for a deletion: the entry is gone).</summary>
    Saved,

    /// <summary>The entry is not as the condition wants it; nothing was changed.</summary>
    Conflict,
}

/// <summary>When a write may happen.</summary>
public readonly record struct StateCondition
{
    private StateCondition(bool absent, string? etag)
    {
        MustBeAbsent = absent;
        ETag = etag;
    }

    /// <summary>Always; the last write wins.</summary>
    public static StateCondition Any => default;

    /// <summary>Only where there is no entry, or one whose time is over: the first write wins. Not for deletions.</summary>
    public static StateCondition Absent => new(absent: true, etag: null);

    /// <summary>Only where the entry still has this ETag.</summary>
    public static StateCondition Matches(string etag)
    {
        ArgumentException.ThrowIfNullOrEmpty(etag);
        return new(absent: false, etag);
    }

    public bool MustBeAbsent { get; }

    public string? ETag { get; }
}

/// <summary>One write of a transaction; a null value deletes.</summary>
public sealed record StateOperation(string Key, ReadOnlyMemory<byte>? Value, StateCondition Condition, TimeSpan? TimeToLive)
{
    public static StateOperation Save(string key, ReadOnlyMemory<byte> value, StateCondition condition, TimeSpan? timeToLive = null) =>
        new(key, value, condition, timeToLive);

    public static StateOperation Delete(string key, StateCondition condition) => new(key, null, condition, null);
}

/// <summary>The store did not answer in time, or answered what nobody can use. A write may have happened.</summary>
public sealed class StateUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
