using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ECommerce.Channels.Kpi.Tests.Rollups;

public sealed class KafkaRollupTests(PostgresServer postgres, KafkaBroker broker) : RollupContract(postgres)
{
    protected override async Task<IEventLog> NewLogAsync() =>
        new KafkaEventLog(await broker.BootstrapAsync(), new EventLogOptions(), TimeProvider.System, NullLogger<KafkaEventLog>.Instance);
}
