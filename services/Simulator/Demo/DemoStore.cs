using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Simulator.Demo;

internal sealed class DemoStore(NpgsqlDataSource database)
{
    /// <returns>Null where there never was a demo.</returns>
    public async Task<DemoState?> FindAsync(CancellationToken cancellation)
    {
        var speeds = new List<SpeedChange>();
        await using (var command = database.CreateCommand("SELECT from_at, speed FROM speeds ORDER BY from_at"))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation)) speeds.Add(new SpeedChange(reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt32(1)));
        await using var one = database.CreateCommand(
            "SELECT seed, anchor, through, events, loaded_at, targets_at, rules, paused, removal, customers, customers_told, articles FROM demo");
        await using var row = await one.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation)) return null;
        return new DemoState(
            row.GetInt64(0), row.GetInt32(9), row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2), row.GetInt64(3), Time(row, 4), Time(row, 5),
            Texts(row, 6), row.GetBoolean(7), row.IsDBNull(8) ? null : row.GetString(8), row.GetInt32(10), Texts(row, 11), speeds);
    }

    /// <summary>Fixes which operator it is; the first start decides.</summary>
    public Task StartAsync(long seed, int customers, DateTimeOffset anchor, DateTimeOffset from, CancellationToken cancellation) => ExecuteAsync(
        "INSERT INTO demo (seed, anchor, through, customers) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        command => command.With(seed).With(anchor.UtcDateTime).With(from.UtcDateTime).With(customers), cancellation);

    /// <summary>Everything before <paramref name="through"/> is in the log. Never moves back.</summary>
    /// <returns>False where the stream is to be held, or to be removed.</returns>
    public async Task<bool> AdvanceAsync(DateTimeOffset through, int events, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            UPDATE demo SET through = greatest(through, $1), events = events + $2 RETURNING NOT paused AND removal IS NULL
            """).With(through.UtcDateTime).With((long)events);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    public Task LoadedAsync(DateTimeOffset at, CancellationToken cancellation) =>
        ExecuteAsync("UPDATE demo SET loaded_at = coalesce(loaded_at, $1)", command => command.With(at.UtcDateTime), cancellation);

    public Task TargetsSetAsync(DateTimeOffset at, CancellationToken cancellation) =>
        ExecuteAsync("UPDATE demo SET targets_at = $1", command => command.With(at.UtcDateTime), cancellation);

    public Task RulesSetAsync(IReadOnlyList<string> rules, CancellationToken cancellation) =>
        ExecuteAsync("UPDATE demo SET rules = $1", command => command.With(rules.ToArray()), cancellation);

    public Task CustomersToldAsync(int told, CancellationToken cancellation) =>
        ExecuteAsync("UPDATE demo SET customers_told = greatest(customers_told, $1)", command => command.With(told), cancellation);

    public Task ArticlesWrittenAsync(IReadOnlyList<string> articles, CancellationToken cancellation) =>
        ExecuteAsync("UPDATE demo SET articles = $1", command => command.With(articles.ToArray()), cancellation);

    public Task RemovedAsync(CancellationToken cancellation) => ExecuteAsync("UPDATE demo SET removal = 'done'", command => command, cancellation);

    /// <returns>False where there is no demo, or it was removed.</returns>
    public static async Task<bool> RemoveAsync(NpgsqlTransaction transaction, bool force, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "UPDATE demo SET removal = $1 WHERE removal IS NULL OR removal = 'asked'", transaction.Connection, transaction)
            .With(force ? DemoState.ToForce : DemoState.ToRemove);
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    /// <returns>False where there is no demo to pause, or it is being removed.</returns>
    public static async Task<bool> PauseAsync(NpgsqlTransaction transaction, bool paused, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("UPDATE demo SET paused = $1 WHERE removal IS NULL", transaction.Connection, transaction).With(paused);
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    /// <summary>From now on the stream runs as fast as said; what was sent before does not change.</summary>
    public static async Task<bool> HurryAsync(NpgsqlTransaction transaction, int speed, DateTimeOffset from, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO speeds (from_at, speed) SELECT greatest($2, through, (SELECT max(from_at) FROM speeds)), $1 FROM demo WHERE removal IS NULL
            ON CONFLICT (from_at) DO UPDATE SET speed = $1
            """, transaction.Connection, transaction).With(speed).With(from.UtcDateTime);
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    private async Task ExecuteAsync(string sql, Func<NpgsqlCommand, NpgsqlCommand> with, CancellationToken cancellation)
    {
        await using var command = with(database.CreateCommand(sql));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    private static string[]? Texts(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<string[]>(column);
}
