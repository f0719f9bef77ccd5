namespace ECommerce.Channels.Kpi.Catalogue;

/// <summary>
/// The catalogue's timeline in memory. <see cref="Current"/> never waits and is at most about a second old;
/// <see cref="LatestAsync"/> asks the database whether there is a newer one, so that whoever edited, on any replica, sees the edit.
/// </summary>
public sealed class CatalogueHistory(CatalogueStore store) : IDisposable
{
    private readonly SemaphoreSlim loading = new(1, 1);
    private volatile CatalogueTimeline current = CatalogueTimeline.Of([], []);

    public CatalogueTimeline Current => current;

    public void Dispose() => loading.Dispose();

    public async Task<CatalogueTimeline> LatestAsync(CancellationToken cancellation)
    {
        if (await store.LastSeqAsync(cancellation) == current.Seq) return current;
        await loading.WaitAsync(cancellation);
        try
        {
            var loaded = await store.LoadAsync(cancellation);
            if (loaded.Seq > current.Seq) current = loaded;
            return current;
        }
        finally
        {
            loading.Release();
        }
    }
}
