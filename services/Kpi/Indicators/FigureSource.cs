using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Kpi.Serving;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>
/// What figures are computed from: one consistent view of the roll-ups. Two exist: the roll-ups in the database, and cells in memory
/// that tests fill by hand.
/// </summary>
internal interface IFigureSource : IAsyncDisposable
{
    DateTimeOffset AsOf { get; }

    CodeBook Codes { get; }

    long FirstMinute { get; }

    Task ReadAsync(CellQuery query, ICellSink sink, CancellationToken cancellation);

    Task<long[]> DistinctAsync(IReadOnlyList<DistinctQuestion> questions, CancellationToken cancellation);

    Task<IReadOnlyList<CustomerBuckets>> CustomerBucketsAsync(DateOnly from, DateOnly to, CancellationToken cancellation);

    /// <summary>What completeness depends on, of the same view.</summary>
    Task<CompletenessFacts> CompletenessAsync(CatalogueTimeline catalogue, CancellationToken cancellation);

    Task<(DateOnly First, DateOnly Last)?> DaysAsync(CancellationToken cancellation);

    /// <summary>Conversations, tickets and matters, of the same view.</summary>
    ServingFacts Serving { get; }
}

internal static class FigureSources
{
    /// <summary>What the completeness of an indicator's figures depends on, and up to when they are known.</summary>
    public static async Task<CompletenessFacts> CompletenessAsync(
        this IFigureSource source, Definition definition, CatalogueTimeline catalogue, CancellationToken cancellation)
    {
        if (definition.Formulas.Subject is not { } subject) return await source.CompletenessAsync(catalogue, cancellation);
        var serving = await source.Serving.CompletenessAsync(subject, cancellation);
        return definition.Formulas.Denominator is { IsDistinct: true } ? serving.And(await source.CompletenessAsync(catalogue, cancellation)) : serving;
    }
}

/// <summary>Opens a view; a request opens one and asks it everything.</summary>
internal delegate Task<IFigureSource> OpenFigureSource(CancellationToken cancellation);

internal sealed class RollupFigures(RollupSnapshot snapshot, OperatorZone zone) : IFigureSource
{
    public DateTimeOffset AsOf => snapshot.AsOf;

    public CodeBook Codes => snapshot.Codes;

    public long FirstMinute => snapshot.FirstMinute;

    public Task ReadAsync(CellQuery query, ICellSink sink, CancellationToken cancellation) => snapshot.ReadAsync(query, sink, cancellation);

    public Task<long[]> DistinctAsync(IReadOnlyList<DistinctQuestion> questions, CancellationToken cancellation) =>
        snapshot.DistinctAsync(questions, cancellation);

    public Task<IReadOnlyList<CustomerBuckets>> CustomerBucketsAsync(DateOnly from, DateOnly to, CancellationToken cancellation) =>
        snapshot.CustomerBucketsAsync(from, to, cancellation);

    public async Task<CompletenessFacts> CompletenessAsync(CatalogueTimeline catalogue, CancellationToken cancellation)
    {
        var settings = await FeedStore.SettingsAsync(snapshot.Connection, cancellation);
        var feeds = FeedStore.Join(settings, await snapshot.FeedsAsync(cancellation), catalogue, zone);
        return new CompletenessFacts(snapshot.AsOf, feeds, await FeedStore.OpenDeadLettersAsync(snapshot.Connection, Topics.Transactions, cancellation));
    }

    public Task<(DateOnly First, DateOnly Last)?> DaysAsync(CancellationToken cancellation) => snapshot.DaysAsync(cancellation);

    public ServingFacts Serving { get; } = new(snapshot.Connection, zone);

    public ValueTask DisposeAsync() => snapshot.DisposeAsync();
}
