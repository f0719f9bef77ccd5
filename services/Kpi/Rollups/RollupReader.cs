using Npgsql;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>Raw codes and their ids, per field. Ids start at 1; <c>none</c> stands for a missing region, brand or reason.</summary>
public sealed record CodeBook(
    IReadOnlyList<string?> Channels, IReadOnlyList<string?> Services, IReadOnlyList<string?> Regions, IReadOnlyList<string?> Brands,
    IReadOnlyList<string?> Reasons);

/// <summary>Reads figures out of the roll-ups; every answer comes from one snapshot.</summary>
public sealed class RollupReader(NpgsqlDataSource database)
{
    public Task<RollupSnapshot> OpenAsync(CancellationToken cancellation) => throw new NotSupportedException(database.ToString());
}

/// <summary>One consistent view of everything applied up to <see cref="AsOf"/>.</summary>
public sealed class RollupSnapshot : IAsyncDisposable
{
    /// <summary>Everything that the log had accepted by then is in the figures.</summary>
    public DateTimeOffset AsOf { get; init; }

    public required CodeBook Codes { get; init; }

    /// <summary>Minutes before this one (since 1970 UTC) are not kept any more.</summary>
    public long FirstMinute { get; init; }

    public Task ReadAsync(CellQuery query, ICellSink sink, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>The answers in the order of the questions.</summary>
    public Task<long[]> DistinctAsync(IReadOnlyList<DistinctQuestion> questions, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<CustomerBuckets>> CustomerBucketsAsync(DateOnly from, DateOnly to, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<FeedSeen>> FeedsAsync(CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>The first and last day with an event (operator's zone); null where there is none.</summary>
    public Task<(DateOnly First, DateOnly Last)?> DaysAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
