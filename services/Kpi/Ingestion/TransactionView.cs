namespace ECommerce.Channels.Kpi.Ingestion;

internal enum Outcome : byte
{
    Success,
    Failed,
    Abandoned,
}

/// <summary>
/// One <c>channels.transaction.recorded.v1</c> that keeps every rule of its fields: slices of the buffer it was read from, UTF-8,
/// without escapes. Empty slices are fields that were not there.
/// </summary>
internal ref struct TransactionView
{
    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> Source;
    public ReadOnlySpan<byte> Customer;
    public ReadOnlySpan<byte> Channel;
    public ReadOnlySpan<byte> Service;
    public ReadOnlySpan<byte> Region;
    public ReadOnlySpan<byte> Brand;
    public ReadOnlySpan<byte> Reason;
    public ReadOnlySpan<byte> Task;
    public ReadOnlySpan<byte> Decision;

    /// <summary>The import that the event came by; with <see cref="Row"/> it tells a chunk sent again from a repeated event.</summary>
    public ReadOnlySpan<byte> Import;

    /// <summary>Row of the imported file, from 1; 0 where there is none.</summary>
    public int Row;

    /// <summary>The import may bring events older than 400 days.</summary>
    public bool History;

    /// <summary>When it ended; milliseconds since 1970 UTC, -1 where it could not be read.</summary>
    public long At;

    /// <summary>Fen; -1 where it was not there.</summary>
    public long Amount;

    /// <summary>Milliseconds; -1 where it was not there.</summary>
    public int Duration;

    public Outcome Outcome;
    public bool Assisted;

    public readonly long Minute => At / 60_000;
}
