using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Operators;
using ECommerce.Channels.Platform.Security;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ECommerce.Channels.Platform.Catalogue;

/// <summary>The catalogue as this service knows it, at most <see cref="Age"/> old.</summary>
public sealed class CatalogueCopy(NpgsqlDataSource database, OperatorZone zone, TimeProvider time)
{
    public static readonly TimeSpan Age = TimeSpan.FromSeconds(2);

    private (KnownCatalogue Catalogue, DateTimeOffset Until)? kept;

    public async Task<KnownCatalogue> LatestAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (kept is { } known && now < known.Until) return known.Catalogue;
        var read = await ReadAsync(zone.DayOf(now.ToUnixTimeSeconds() / 60), cancellation);
        kept = (read, now + Age);
        return read;
    }

    /// <summary>The codes of the granted sub-trees, for <c>region = ANY ($n)</c>; null is every region, and who has none.</summary>
    public async Task<string[]?> GrantedAsync(RegionGrant grant, CancellationToken cancellation) =>
        grant.All ? null : [.. (await LatestAsync(cancellation)).SubTrees(grant.Codes)];

    private async Task<KnownCatalogue> ReadAsync(DateOnly today, CancellationToken cancellation)
    {
        var entries = new List<(string, string, IReadOnlyList<CatalogueEntrySince>)>();
        await using var command = database.CreateCommand("SELECT kind, code, history FROM catalogue_entries");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            entries.Add((reader.GetString(0), reader.GetString(1), JsonSerializer.Deserialize<List<CatalogueEntrySince>>(reader.GetString(2), JsonSerializerOptions.Web)!));
        return new KnownCatalogue(entries, today);
    }
}

public static class CatalogueService
{
    /// <summary>The set of scripts that a service's schema needs for it.</summary>
    public const string Set = "Catalogue";

    /// <summary>A copy of the catalogue in the service's own schema, kept up by a consumer group of its own.</summary>
    /// <param name="schema">The service's.</param>
    public static IServiceCollection AddCatalogueCopy(this IServiceCollection services, string schema) => services
        .AddSingleton<CatalogueCopy>()
        .AddTransactionalConsumer<CatalogueConsumer>(new ConsumerOptions(Topics.Catalogue.Name, schema + ".catalogue"));
}
