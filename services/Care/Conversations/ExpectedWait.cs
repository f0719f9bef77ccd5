namespace ECommerce.Channels.Care.Conversations;

/// <summary>What a waiting customer is told.</summary>
public static class ExpectedWait
{
    /// <summary>
    /// When somebody may have time: with k agents who finish a conversation every T on average, one of them becomes free every T/k; the
    /// customer at place p waits for p of them. Null where nobody who could serve is on duty, or nothing is known of how long it takes.
    /// </summary>
    /// <param name="position">Place in the queue, 1 is next.</param>
    /// <param name="slots">Conversations that the agents on duty who can serve it hold at a time, together.</param>
    /// <param name="handling">Mean time from assignment to close, of recent conversations.</param>
    public static TimeSpan? Of(int position, int slots, TimeSpan? handling) =>
        slots <= 0 || handling is not { } mean || mean <= TimeSpan.Zero ? null : mean / slots * position;
}
