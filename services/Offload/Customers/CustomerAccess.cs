using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Offload.Customers;

/// <summary>Whom a caller may ask about: customers of the granted regions, by the directory; who is in none needs all of them.</summary>
internal sealed class CustomerAccess(NpgsqlDataSource database, CatalogueCopy catalogue)
{
    public async Task<bool> MaySeeAsync(Caller caller, string customer, CancellationToken cancellation)
    {
        if (caller.Regions.All) return true;
        await using var command = database.CreateCommand("SELECT facts ->> 'region' FROM customers WHERE customer = $1").With(customer);
        return await MaySeeRegionAsync(caller, await command.ExecuteScalarAsync(cancellation) as string, cancellation);
    }

    public async Task<bool> MaySeeRegionAsync(Caller caller, string? region, CancellationToken cancellation) =>
        caller.Regions.All || (region is not null && await catalogue.GrantedAsync(caller.Regions, cancellation) is { } granted && granted.Contains(region));
}
