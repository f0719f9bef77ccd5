using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>
/// The event log in PostgreSQL, schema <c>log</c>: the embedded default for one machine, with the guarantees of Kafka and none of its
/// reach. Its tables are made at first use.
/// </summary>
public sealed class PostgresEventLog : IEventLog
{
    private readonly EventLogOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly NpgsqlDataSource database;
    private readonly PostgresTopics topics;
    private readonly PostgresWakeUps wakeUps;
    private readonly PostgresAppender appender;
    private readonly PostgresMaintenance maintenance;
    private readonly SemaphoreSlim migrating = new(1, 1);
    private volatile bool migrated;
    private int disposed;

    public PostgresEventLog(string connectionString, EventLogOptions options, TimeProvider time, ILogger<PostgresEventLog> logger)
    {
        (this.options, this.time, this.logger) = (options, time, logger);
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "channels-log", GssEncryptionMode = GssEncryptionMode.Disable };
        // An acknowledged append is on disk, whatever the server's default says.
        if (string.IsNullOrEmpty(builder.Options)) builder.Options = "-c synchronous_commit=on";
        database = ServiceStorage.DataSource(builder.ConnectionString, "log");
        topics = new PostgresTopics(database);
        wakeUps = new PostgresWakeUps(database, builder.ConnectionString, time, logger);
        appender = new PostgresAppender(database, options, time, logger, wakeUps.Appended);
        maintenance = new PostgresMaintenance(database, options.Postgres, time, logger);
    }

    public Task<IReadOnlyList<string>> ApplyAsync(IReadOnlyList<Topic> topics, CancellationToken cancellation) =>
        AskAsync(() => this.topics.ApplyAsync(topics, cancellation), cancellation);

    public async Task<LogIdentity> IdentifyAsync(string topic, CancellationToken cancellation) =>
        (await AskAsync(() => topics.FindAsync(topic, cancellation), cancellation)).Identity;

    public async Task<AppendResult> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        if (records.Count == 0) return new AppendResult(new Dictionary<int, long>());
        var known = await AskAsync(() => topics.KnownAsync(topic, cancellation).AsTask(), cancellation);
        try
        {
            return await appender.AppendAsync(known, records, cancellation);
        }
        catch (EventLogUnavailableException)
        {
            topics.Forget(topic);
            throw;
        }
    }

    public Task<IReadOnlyList<OffsetRange>> RangesAsync(string topic, CancellationToken cancellation) =>
        AskAsync(async () => await topics.RangesAsync(await topics.FindAsync(topic, cancellation), cancellation), cancellation);

    public IEventConsumer Subscribe(SubscribeOptions options, IPartitionOwner owner) =>
        new PostgresConsumer(
        database, options, owner, cancellation => FindAsync(options.Topic, cancellation), this.options.Postgres, wakeUps, time, logger);

    /// <summary>Retention and compaction, now. They run in the background anyway.</summary>
    public Task MaintainAsync(CancellationToken cancellation) => AskAsync(async () => await maintenance.RunAsync(cancellation), cancellation);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1) return;
        await maintenance.DisposeAsync();
        await appender.DisposeAsync();
        await wakeUps.DisposeAsync();
        await database.DisposeAsync();
        migrating.Dispose();
    }

    /// <summary>Faults of the database come through: the consumer waits them out.</summary>
    private async Task<KnownTopic> FindAsync(string topic, CancellationToken cancellation)
    {
        if (!migrated) await MigrateAsync(cancellation);
        return await topics.FindAsync(topic, cancellation);
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            if (!migrated) await MigrateAsync(cancellation);
            return await ask();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw new EventLogUnavailableException("The log does not answer.", e);
        }
    }

    private async Task MigrateAsync(CancellationToken cancellation)
    {
        await migrating.WaitAsync(cancellation);
        try
        {
            if (migrated) return;
            await new SchemaMigrations(database, "log", typeof(PostgresEventLog).Assembly, "Messaging.Log").ApplyAsync(cancellation);
            migrated = true;
            maintenance.Start();
        }
        finally
        {
            migrating.Release();
        }
    }
}
