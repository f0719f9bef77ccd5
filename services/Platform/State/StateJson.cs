using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ECommerce.Channels.Platform.State;

/// <summary>A value read as JSON, and its ETag.</summary>
public sealed record StateEntry<T>(T Value, string ETag);

/// <summary>Values as JSON, by types known at build time: <c>store.GetAsync(key, MyJson.Default.Profile, …)</c>.</summary>
public static class StateJson
{
    /// <exception cref="StateUnavailableException">What is stored is not such a value.</exception>
    public static async Task<StateEntry<T>?> GetAsync<T>(this IStateStore store, string key, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        if (await store.GetAsync(key, cancellation) is not { } entry) return null;
        try
        {
            var value = JsonSerializer.Deserialize(entry.Value.Span, type);
            return value is null ? null : new StateEntry<T>(value, entry.ETag);
        }
        catch (JsonException failure)
        {
            throw new StateUnavailableException($"The value of '{key}' can not be read as {typeof(T).Name}.", failure);
        }
    }

    public static Task<StateResult> SaveAsync<T>(
        this IStateStore store, string key, T value, JsonTypeInfo<T> type, StateCondition condition, TimeSpan? timeToLive, CancellationToken cancellation) =>
        store.SaveAsync(key, JsonSerializer.SerializeToUtf8Bytes(value, type), condition, timeToLive, cancellation);

    /// <summary>
    /// Reads, changes and writes back, again where another writer was faster: after a pause by chance that grows up to 200 ms,
    /// <paramref name="attempts"/> times at most. Then the result is <see cref="StateResult.Conflict"/> and nothing was changed.
    /// </summary>
    /// <param name="change">Makes the new value of the old one (null: no entry); without side effects, since it may run again.</param>
    public static async Task<StateResult> UpdateAsync<T>(
        this IStateStore store, string key, JsonTypeInfo<T> type, Func<T?, T> change, TimeSpan? timeToLive, CancellationToken cancellation, int attempts = 10)
    {
        for (var attempt = 1; ; attempt++)
        {
            var old = await store.GetAsync(key, type, cancellation);
            var condition = old is null ? StateCondition.Absent : StateCondition.Matches(old.ETag);
            var result = await store.SaveAsync(key, change(old is null ? default : old.Value), type, condition, timeToLive, cancellation);
            if (result == StateResult.Saved || attempt == attempts) return result;
            var longest = Math.Min(200, 2 << Math.Min(attempt, 10));
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, longest + 1)), cancellation);
        }
    }
}
