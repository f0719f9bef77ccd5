using System.Collections.Concurrent;
using ECommerce.Channels.Platform.State;

namespace ECommerce.Channels.Care.Desk;

/// <summary>Those who wait for one skill, as last looked at.</summary>
/// <param name="Conversations">In the order in which they will be served; at most the first 20,000.</param>
/// <param name="Slots">Conversations that the agents on duty with this skill hold at a time, together.</param>
/// <param name="Handling">Mean seconds from assignment to close, of the last hour; null where nothing was closed.</param>
internal sealed record QueueNow(string Skill, DateTimeOffset At, IReadOnlyList<string> Conversations, int Slots, double? Handling);

/// <summary>What a waiting customer is told.</summary>
/// <param name="Position">1 is next.</param>
/// <param name="Of">How many wait.</param>
/// <param name="ExpectedWait">Seconds; null where nobody who could serve is on duty, or nothing is known of how long it takes.</param>
/// <param name="OnDuty">Whether somebody who could serve is on duty.</param>
internal sealed record Place(int Position, int Of, double? ExpectedWait, bool OnDuty)
{
    public static Place? In(QueueNow queue, string conversation)
    {
        for (var at = 0; at < queue.Conversations.Count; at++)
            if (queue.Conversations[at] == conversation) return At(queue, at);
        return null;
    }

    /// <param name="at">From 0.</param>
    public static Place At(QueueNow queue, int at)
    {
        var handling = queue.Handling is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var wait = Conversations.ExpectedWait.Of(at + 1, queue.Slots, handling);
        return new Place(at + 1, queue.Conversations.Count, wait is { } expected ? Math.Round(expected.TotalSeconds) : null, queue.Slots > 0);
    }
}

/// <summary>The queues in the state store: one entry a skill, written by whoever dispatches, read by every replica at most once a second.</summary>
internal sealed class Queues(IStateStore state, TimeProvider time)
{
    public const int Longest = 20_000;

    /// <summary>Nobody has dispatched for so long: what is known is worth nothing.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (QueueNow? Queue, long ReadAt)> known = [];

    public Task SaveAsync(QueueNow queue, CancellationToken cancellation) =>
        state.SaveAsync(Key(queue.Skill), queue, DeskJson.Default.QueueNow, StateCondition.Any, Kept, cancellation);

    /// <summary>Null where nobody dispatches, or the state store does not answer: a place is told if it is known.</summary>
    public async Task<QueueNow?> OfAsync(string skill, CancellationToken cancellation)
    {
        if (known.TryGetValue(skill, out var last) && time.GetElapsedTime(last.ReadAt) < Age) return last.Queue;
        return await ReadAsync(skill, cancellation);
    }

    /// <summary>The same as it is now.</summary>
    public async Task<QueueNow?> ReadAsync(string skill, CancellationToken cancellation)
    {
        QueueNow? read = null;
        try
        {
            read = (await state.GetAsync(Key(skill), DeskJson.Default.QueueNow, cancellation))?.Value;
        }
        catch (StateUnavailableException)
        {
            // As if nobody dispatched.
        }
        known[skill] = (read, time.GetTimestamp());
        return read;
    }

    private static string Key(string skill) => "queue:" + skill;
}
