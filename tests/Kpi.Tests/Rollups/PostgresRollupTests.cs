using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ECommerce.Channels.Kpi.Tests.Rollups;

public sealed class PostgresRollupTests(PostgresServer postgres) : RollupContract(postgres)
{
    protected override async Task<IEventLog> NewLogAsync()
    {
        var options = new EventLogOptions();
        options.Postgres.Lease = TimeSpan.FromSeconds(2);
        return new PostgresEventLog(await Postgres.NewDatabaseAsync(), options, TimeProvider.System, NullLogger<PostgresEventLog>.Instance);
    }
}
