namespace ECommerce.Channels.Platform.Messaging;

/// <summary>The producer's queue is full; the caller slows down and sends the same again (429).</summary>
public sealed class EventLogFullException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The log does not answer, cannot write, or has no such topic (503).</summary>
public sealed class EventLogUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Stored offsets belong to another log or another topic of the same name. Never skipped: a person decides.</summary>
public sealed class LogIdentityChangedException(string message) : Exception(message);

/// <summary>A stored offset lies outside what the log holds (retention passed it, or the log was cut). Never skipped: a person decides.</summary>
public sealed class OffsetOutOfRangeException(string message) : Exception(message);

/// <summary>Another member owns the partition now: nothing of this batch was committed, and nothing may be.</summary>
public sealed class FencedException(string message) : Exception(message);

/// <summary>A record is larger than the log takes; nothing of the append was taken. The caller's mistake (413).</summary>
public sealed class RecordTooLargeException(int index, long bytes, int limit)
    : Exception($"Record {index} has {bytes} bytes; the log takes {limit} at most.")
{
    /// <summary>Which record of the append.</summary>
    public int Index { get; } = index;
}
