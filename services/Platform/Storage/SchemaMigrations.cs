using System.Data;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace ECommerce.Channels.Platform.Storage;

/// <summary>
/// Applies one set of numbered SQL scripts, the files <c>SET/Sql/NNNN_name.sql</c> embedded in an assembly, to one schema, in order,
/// each in a transaction of its own unless it starts with <c>-- no transaction</c> (then it is one statement, and may be repeated). Replicas may start at once: the first one in holds an
/// advisory lock, the others wait and find the work done. A script that changed after it was applied, or a gap, is refused.
/// Scripts must be safe with the previous version of the service still running: add, backfill, drop in a later version.
/// </summary>
public sealed class SchemaMigrations(NpgsqlDataSource database, string schema, Assembly assembly, string set)
{
    /// <summary>One script: its number from the file name, its name, and its text.</summary>
    public sealed record Script(int Number, string Name, string Sql)
    {
        public bool InTransaction => !Sql.StartsWith("-- no transaction", StringComparison.Ordinal);

        public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));
    }

    /// <summary>
    /// Applies what is not applied yet; returns when everything is, by whichever replica. Throws where a script was changed after it
    /// had been applied or a number is missing; what had been applied before stays.
    /// </summary>
    public async Task ApplyAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await LockAsync(connection, cancellation);
        try
        {
            await ExecuteAsync(connection, $"CREATE SCHEMA IF NOT EXISTS {schema}", cancellation);
            await ExecuteAsync(connection, $"SET search_path = {schema}", cancellation);
            await ApplyPendingAsync(connection, cancellation);
        }
        finally
        {
            await ReleaseAsync(connection);
        }
    }

    /// <summary>
    /// Asks again and again instead of waiting inside the database: a waiting statement holds a snapshot, and
    /// CREATE INDEX CONCURRENTLY of the replica that has the lock would wait for that for ever.
    /// </summary>
    private async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtext($1))", connection).With($"{schema}.migrations");
        while (await command.ExecuteScalarAsync(cancellation) is not true)
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
    }

    /// <summary>Closing a pooled connection would keep the lock and the settings. A broken one has lost them already.</summary>
    private async Task ReleaseAsync(NpgsqlConnection connection)
    {
        if (connection.State != ConnectionState.Open) return;
        await ExecuteAsync(connection, "RESET lock_timeout; RESET search_path", CancellationToken.None);
        await ExecuteAsync(connection, "SELECT pg_advisory_unlock(hashtext($1))", CancellationToken.None, $"{schema}.migrations");
    }

    /// <summary>The scripts of the assembly's folder, in order. Throws where numbers do not run 1, 2, 3, …</summary>
    public IReadOnlyList<Script> Scripts()
    {
        var scripts = assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal) && name.Contains($".{set}.Sql.", StringComparison.Ordinal))
            .Select(Read)
            .OrderBy(script => script.Number)
            .ToList();
        for (var i = 0; i < scripts.Count; i++)
            if (scripts[i].Number != i + 1)
                throw new InvalidOperationException($"Scripts {set} of {schema}: number {i + 1} is missing or there twice (found {scripts[i].Name}).");
        return scripts;
    }

    private Script Read(string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var name = resource[..^4];
        name = name[(name.LastIndexOf('.') + 1)..].TrimStart('_');
        return new Script(int.Parse(name[..4]), name, reader.ReadToEnd());
    }

    private async Task ApplyPendingAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await ExecuteAsync(connection, """
            CREATE TABLE IF NOT EXISTS schema_migrations (
              set text, number int, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(),
              PRIMARY KEY (set, number))
            """, cancellation);
        var applied = await AppliedAsync(connection, cancellation);
        foreach (var script in Scripts())
        {
            if (!applied.TryGetValue(script.Number, out var sha256))
                await ApplyOneAsync(connection, script, cancellation);
            else if (sha256 != script.Sha256)
                throw new InvalidOperationException($"Script {set}/{script.Name} of {schema} was changed after it had been applied.");
        }
    }

    private async Task<Dictionary<int, string>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var applied = new Dictionary<int, string>();
        await using var command = new NpgsqlCommand("SELECT number, sha256 FROM schema_migrations WHERE set = $1", connection).With(set);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            applied.Add(reader.GetInt32(0), reader.GetString(1));
        return applied;
    }

    private async Task ApplyOneAsync(NpgsqlConnection connection, Script script, CancellationToken cancellation)
    {
        // A script that would wait for long gives way, and is tried again: whoever queues behind its lock would wait as long. What runs
        // outside of a transaction (CREATE INDEX CONCURRENTLY) blocks nobody; given up half-way, it would leave a broken index behind.
        await ExecuteAsync(connection, $"SET lock_timeout = '{(script.InTransaction ? "5s" : "0")}'", cancellation);
        await using var transaction = script.InTransaction ? await connection.BeginTransactionAsync(cancellation) : null;
        await ExecuteAsync(connection, script.Sql, cancellation);
        await using var journal = new NpgsqlCommand("INSERT INTO schema_migrations (set, number, name, sha256) VALUES ($1, $2, $3, $4)", connection)
            .With(set).With(script.Number).With(script.Name).With(script.Sha256);
        await journal.ExecuteNonQueryAsync(cancellation);
        if (transaction is not null) await transaction.CommitAsync(cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation, params object[] values)
    {
        // No time limit: building an index on a big table takes what it takes.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
