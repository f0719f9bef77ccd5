using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Gateway.Access;

/// <summary>Forgets sessions that are over and attempts that no longer count, once an hour.</summary>
internal sealed class AccessCleanup(NpgsqlDataSource database, AccessDirectory directory, TimeProvider time, ILogger<AccessCleanup> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            directory.ForgetEnded();
            await ForgetAsync(stoppingToken);
        }
    }

    private async Task ForgetAsync(CancellationToken cancellation)
    {
        try
        {
            var now = time.GetUtcNow();
            // A day later, so that every replica has seen the end.
            await using var sessions = database.CreateCommand("DELETE FROM sessions WHERE expires_at < $1");
            await sessions.With(now.AddDays(-1).UtcDateTime).ExecuteNonQueryAsync(cancellation);
            await using var attempts = database.CreateCommand("DELETE FROM sign_in_attempts WHERE since < $1");
            await attempts.With(now.AddHours(-1).UtcDateTime).ExecuteNonQueryAsync(cancellation);
        }
        catch (NpgsqlException error)
        {
            log.DirectoryNotRead(error.SqlState ?? error.GetType().Name);
        }
    }
}
