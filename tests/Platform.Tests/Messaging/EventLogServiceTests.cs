using ECommerce.Channels.Platform.Messaging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Messaging;

public sealed class EventLogServiceTests
{
    [Theory]
    [InlineData("KAFKA_BOOTSTRAP=127.0.0.1:1;ConnectionStrings:log=Host=127.0.0.1", typeof(KafkaEventLog))]
    [InlineData("ConnectionStrings:log=Host=127.0.0.1", typeof(PostgresEventLog))]
    public async Task AddEventLog_BySettings_ChoosesTheEngine(string settings, Type engine)
    {
        using var host = Build(settings);
        var log = host.Services.GetRequiredService<IEventLog>();
        Assert.IsType(engine, log);
        await log.DisposeAsync();
    }

    [Fact]
    public void AddEventLog_NothingNamed_SaysWhatToName()
    {
        using var host = Build("EventLog:QueueRecords=5");
        var refused = Assert.Throws<InvalidOperationException>(host.Services.GetRequiredService<IEventLog>);
        Assert.Contains("KAFKA_BOOTSTRAP", refused.Message);
    }

    [Fact]
    public void Options_SeveralFaults_AreAllReported()
    {
        using var host = Build(
            "EventLog:QueueRecords=0;EventLog:AppendTimeout=00:00:00;EventLog:Kafka:ReplicationFactor=1;EventLog:Kafka:MinInSyncReplicas=2;EventLog:Queue=1");
        var refused = Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IOptions<EventLogOptions>>().Value);
        Assert.Contains(refused.Failures, failure => failure.Contains("EventLog:QueueRecords", StringComparison.Ordinal));
        Assert.Contains(refused.Failures, failure => failure.Contains("no such setting", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_PartsAndTimes_AreChecked()
    {
        using var host = Build("EventLog:AppendTimeout=00:00:00;EventLog:Kafka:MinInSyncReplicas=2;EventLog:Postgres:SegmentBytes=1");
        var refused = Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IOptions<EventLogOptions>>().Value);
        Assert.Equal(3, refused.Failures.Count());
    }

    [Fact]
    public void Options_ClientSettings_AreKept()
    {
        using var host = Build("EventLog:Kafka:Client:security.protocol=sasl_ssl;EventLog:Kafka:ConsumerProtocol=false;EventLog:Postgres:Lease=00:00:03");
        var options = host.Services.GetRequiredService<IOptions<EventLogOptions>>().Value;
        Assert.Equal("sasl_ssl", options.Kafka.Client["security.protocol"]);
        Assert.False(options.Kafka.ConsumerProtocol);
        Assert.Equal(TimeSpan.FromSeconds(3), options.Postgres.Lease);
    }

    private static IHost Build(string settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings.Split(';').Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]));
        builder.Services.AddEventLog();
        return builder.Build();
    }
}
