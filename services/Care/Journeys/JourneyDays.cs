using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;

namespace ECommerce.Channels.Care.Journeys;

/// <summary>The partitions of the journeys' table, one for each day (UTC) that is kept.</summary>
internal sealed class JourneyDays(NpgsqlDataSource database, TimeProvider time)
{
    public const int Kept = 35;

    private const string Prefix = "journey_steps_";
    private readonly ConcurrentDictionary<DateOnly, bool> known = [];

    /// <summary>The first day that is kept.</summary>
    public DateOnly First => Today.AddDays(-Kept);

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>Makes the partitions of these days where they are not there yet. Replicas may do so at once.</summary>
    public async Task EnsureAsync(IEnumerable<DateOnly> days, CancellationToken cancellation)
    {
        foreach (var day in days.Where(day => !known.ContainsKey(day)).Distinct().ToList())
        {
            await UnderLockAsync($"CREATE TABLE IF NOT EXISTS {Name(day)} PARTITION OF journey_steps FOR VALUES FROM ('{Iso(day)}') TO ('{Iso(day.AddDays(1))}')", cancellation);
            known[day] = true;
        }
    }

    /// <summary>Drops the days that are kept no longer.</summary>
    public async Task DropOldAsync(CancellationToken cancellation)
    {
        foreach (var day in (await DaysAsync(cancellation)).Where(day => day < First))
            await UnderLockAsync($"DROP TABLE IF EXISTS {Name(day)}", cancellation);
    }

    public async Task<List<DateOnly>> DaysAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT relname FROM pg_class JOIN pg_inherits ON inhrelid = oid WHERE inhparent = 'journey_steps'::regclass ORDER BY relname
            """);
        var days = new List<DateOnly>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            days.Add(DateOnly.ParseExact(reader.GetString(0)[Prefix.Length..], "yyyyMMdd", CultureInfo.InvariantCulture));
        return days;
    }

    private static string Name(DateOnly day) => Prefix + day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + " 00:00:00+00";

    /// <summary>IF NOT EXISTS alone lets two that come at the same instant fail.</summary>
    private async Task UnderLockAsync(string statement, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtext('care.journey_steps'))", connection, transaction))
            await command.ExecuteNonQueryAsync(cancellation);
        await using (var command = new NpgsqlCommand(statement, connection, transaction)) await command.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}

/// <summary>Keeps the days that are to come ready, and drops the old ones.</summary>
internal sealed partial class JourneyUpkeep(JourneyDays days, TimeProvider time, ILogger<JourneyUpkeep> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
                await days.EnsureAsync([today, today.AddDays(1)], stoppingToken);
                await days.DropOldAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                NotKept(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Warning, "The days of customers' journeys could not be looked after; the next hour tries again")]
    private partial void NotKept(Exception failure);
}
