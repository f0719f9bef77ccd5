using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Messaging;

/// <summary>A service of a test: its schema in one database, the event log in the same, and whatever it registers.</summary>
public sealed class ServiceFixture : IAsyncDisposable
{
    public static readonly Topic Tickets = new("test.tickets", 4, 1);

    private readonly string connection;
    private readonly List<IHost> hosts = [];

    private ServiceFixture(string connection)
    {
        this.connection = connection;
        Database = ServiceStorage.DataSource(connection, "svc");
        Log = new PostgresEventLog(connection, Options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<PostgresEventLog>.Instance);
    }

    public static EventLogOptions Options => new() { AppendTimeout = TimeSpan.FromSeconds(5), Postgres = { Lease = TimeSpan.FromSeconds(2) } };

    public NpgsqlDataSource Database { get; }

    public PostgresEventLog Log { get; }

    public Outbox Outbox { get; } = new("svc", TimeProvider.System);

    public static async Task<ServiceFixture> StartAsync(string connection)
    {
        var fixture = new ServiceFixture(connection);
        await ServiceSchema.Of("svc", typeof(ServiceFixture).Assembly).MigrateAsync(fixture.Database, TestContext.Current.CancellationToken);
        await fixture.Log.ApplyAsync([Tickets, new Topic(Tickets.DeadLetters, 1, 1)], TestContext.Current.CancellationToken);
        return fixture;
    }

    /// <summary>A process of the service. Its own log unless one is given.</summary>
    public async Task<IHost> HostAsync(Action<IServiceCollection> register, IEventLog? log = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:log"] = connection,
            ["EventLog:AppendTimeout"] = "00:00:05",
            ["EventLog:ApplyTopics"] = "false",
            ["EventLog:Postgres:Lease"] = "00:00:02",
            ["Outbox:Lease"] = "00:00:06",
            ["Outbox:PollInterval"] = "00:00:00.05",
        });
        builder.Logging.ClearProviders();
        builder.Services.AddServiceStorage(connection, ServiceSchema.Of("svc", typeof(ServiceFixture).Assembly));
        if (log is not null) builder.Services.AddSingleton(log);
        builder.Services.AddEventLog();
        builder.Services.AddAudit();
        register(builder.Services);
        var host = builder.Build();
        hosts.Add(host);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    public async Task<T> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var command = Database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async Task InTransactionAsync(Func<NpgsqlTransaction, Task> act, bool commit = true)
    {
        await using var open = await Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await open.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await act(transaction);
        if (commit) await transaction.CommitAsync(TestContext.Current.CancellationToken);
    }

    public static Task UntilAsync(string what, Func<Task<bool>> done) =>
        Tools.UntilAsync(what, TimeSpan.FromSeconds(40), done, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
        {
            await host.StopAsync();
            if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        }
        await Log.DisposeAsync();
        Outbox.Dispose();
        await Database.DisposeAsync();
    }
}

/// <summary>A log that fails as a broker does: refuses, or takes some of the records or all of them and says that it did not.</summary>
public sealed class UnreliableLog(IEventLog log, int seed) : IEventLog
{
    private readonly Random random = new(seed);

    public int Faults { get; private set; }

    public async Task<AppendResult> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        var taken = random.Next(4) switch
        {
            0 => 0,
            1 => random.Next(records.Count + 1),
            _ => -1,
        };
        if (taken < 0) return await log.AppendAsync(topic, records, cancellation);
        Faults++;
        if (taken > 0) await log.AppendAsync(topic, [.. records.Take(taken)], cancellation);
        throw new EventLogUnavailableException("the broker is down");
    }

    public Task<IReadOnlyList<string>> ApplyAsync(IReadOnlyList<Topic> topics, CancellationToken cancellation) => log.ApplyAsync(topics, cancellation);

    public Task<LogIdentity> IdentifyAsync(string topic, CancellationToken cancellation) => log.IdentifyAsync(topic, cancellation);

    public Task<IReadOnlyList<OffsetRange>> RangesAsync(string topic, CancellationToken cancellation) => log.RangesAsync(topic, cancellation);

    public IEventConsumer Subscribe(SubscribeOptions options, IPartitionOwner owner) => log.Subscribe(options, owner);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
