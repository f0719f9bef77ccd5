using System.Text.Json;
using ECommerce.Channels.Platform.State;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Offload.Preferences;

/// <summary>
/// Writes what changed of customers whose profile is in the state store, behind: within seconds, each with the version it reflects, and
/// never an older one over a newer. A state store that is down is tried again; until then the change stays noted in the database.
/// </summary>
internal sealed partial class ProfileWriter(IStateStore state, NpgsqlDataSource database, TimeProvider time, ILogger<ProfileWriter> logger) : BackgroundService
{
    private const int AtOnce = 500;
    private const int Side = 8;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await RoundAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops; what is noted is written by the next one.
        }
    }

    private async Task RoundAsync(CancellationToken cancellation)
    {
        try
        {
            while (await WriteAsync(cancellation) == AtOnce)
            {
            }
            await LetGoAsync(cancellation);
        }
        catch (Exception failure) when (failure is NpgsqlException or StateUnavailableException or TimeoutException)
        {
            LogBehind(failure.Message);
        }
    }

    /// <summary>One replica at a time; no row is locked while the state store is written, so that nobody who folds events waits for it.</summary>
    /// <returns>How many were written.</returns>
    public async Task<int> WriteAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var turn = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock(hashtext('offload.profile-writer'))", connection, transaction))
            if (await turn.ExecuteScalarAsync(cancellation) is not true) return 0;
        var changed = await CustomersAsync("SELECT customer FROM profile_heads WHERE changed IS NOT NULL ORDER BY changed LIMIT $1", cancellation);
        await Parallel.ForEachAsync(changed, new ParallelOptions { MaxDegreeOfParallelism = Side, CancellationToken = cancellation }, async (customer, stop) => await WriteAsync(customer, stop));
        return changed.Count;
    }

    /// <summary>Who was not asked for in a week leaves the state store, so that it need not be kept up.</summary>
    private async Task LetGoAsync(CancellationToken cancellation)
    {
        var before = time.GetUtcNow() - ProfileReader.Kept;
        foreach (var customer in await CustomersAsync("SELECT customer FROM profile_heads WHERE read_at < $2 LIMIT $1", cancellation, before))
        {
            await state.DeleteAsync(ProfileReader.KeyOf(customer), StateCondition.Any, cancellation);
            await using var command = database.CreateCommand("DELETE FROM profile_heads WHERE customer = $1 AND read_at < $2");
            await command.With(customer).With(before.UtcDateTime).ExecuteNonQueryAsync(cancellation);
        }
    }

    private async Task<List<string>> CustomersAsync(string question, CancellationToken cancellation, DateTimeOffset? before = null)
    {
        await using var command = database.CreateCommand(question).With(AtOnce);
        if (before is { } limit) command.With(limit.UtcDateTime);
        var customers = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) customers.Add(reader.GetString(0));
        return customers;
    }

    private async Task WriteAsync(string customer, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (await ProfileReader.ReadAsync(connection, customer, time.GetUtcNow(), cancellation) is not { } profile) return;
        await SaveAsync(customer, profile, cancellation);
        await using var command = new NpgsqlCommand("UPDATE profile_heads SET changed = NULL WHERE customer = $1 AND version = $2", connection);
        await command.With(customer).With(profile.Version).ExecuteNonQueryAsync(cancellation);
    }

    private async Task SaveAsync(string customer, StoredProfile profile, CancellationToken cancellation)
    {
        const int attempts = 10;
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var there = await state.GetAsync(ProfileReader.KeyOf(customer), cancellation);
            if (there is not null && VersionOf(there) >= profile.Version) return;
            var condition = there is null ? StateCondition.Absent : StateCondition.Matches(there.ETag);
            var result = await state.SaveAsync(ProfileReader.KeyOf(customer), profile, ProfileJson.Default.StoredProfile, condition, ProfileReader.Kept, cancellation);
            if (result == StateResult.Saved) return;
        }
        throw new StateUnavailableException("A profile could not be written: others were always faster.");
    }

    /// <summary>What nobody can read is written over.</summary>
    private static long VersionOf(StateEntry entry)
    {
        try
        {
            return JsonSerializer.Deserialize(entry.Value.Span, ProfileJson.Default.StoredProfile)?.Version ?? 0;
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Profiles are written behind later: {Reason}")]
    private partial void LogBehind(string reason);
}
