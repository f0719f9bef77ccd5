using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi;

/// <summary>Days counted in one zone cannot be read in another: the first start decides, and a later one that differs is refused.</summary>
internal sealed class ZoneIsFixed(NpgsqlDataSource database, OperatorZone zone) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            WITH first AS (INSERT INTO installation (name, value) VALUES ('time-zone', $1) ON CONFLICT (name) DO NOTHING RETURNING value)
            SELECT value FROM first UNION ALL SELECT value FROM installation WHERE name = 'time-zone'
            """).With(zone.Id);
        var stored = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (stored != zone.Id)
            throw new InvalidOperationException($"Operator:TimeZone is {zone.Id}, but this installation counts its days in {stored} since its first start.");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
