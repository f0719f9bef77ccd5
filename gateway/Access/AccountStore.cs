using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Gateway.Access;

internal enum AccountOutcome
{
    Done,
    NotFound,
    AlreadyThere,
    LastAdmin,
    NotLocal,
}

/// <summary>Accounts in PostgreSQL; every change leaves a line in the audit chain, in its own transaction.</summary>
internal sealed class AccountStore(NpgsqlDataSource database, AccessChanges changes)
{
    public async Task<IReadOnlyList<Account>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT name, kind, display_name, roles, regions, disabled, created_at FROM accounts
            WHERE name > $1 ORDER BY name LIMIT $2
            """);
        command.With(page.AfterKey(1)?[0] ?? "").With(page.Limit + 1);
        var found = new List<Account>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(new Account(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<string[]>(3), reader.GetFieldValue<string[]>(4),
                reader.GetBoolean(5), reader.GetFieldValue<DateTimeOffset>(6)));
        }
        return found;
    }

    /// <summary>The hash to check a password with; null for who has none here, or may not sign in.</summary>
    public async Task<string?> PasswordHashAsync(string name, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT password_hash FROM accounts WHERE name = $1 AND kind = 'local' AND NOT disabled");
        return await command.With(name).ExecuteScalarAsync(cancellation) as string;
    }

    public Task<AccountOutcome> CreateAsync(Actor actor, NewAccount account, string passwordHash, CancellationToken cancellation) => changes.RunAsync(
        async change =>
        {
            await using var command = change.Command("""
                INSERT INTO accounts (name, kind, display_name, password_hash, roles, regions, version) VALUES ($1, 'local', $2, $3, $4, $5, $6)
                ON CONFLICT (name) DO NOTHING
                """);
            command.With(account.Name).With(account.DisplayName).With(passwordHash).With(account.Roles.ToArray()).With(account.Regions.ToArray())
                .With(change.Version);
            if (await command.ExecuteNonQueryAsync(cancellation) == 0) return AccountOutcome.AlreadyThere;
            await change.AuditAsync(actor, "user.created", "user:" + account.Name, new { account.DisplayName, account.Roles, account.Regions }, cancellation);
            return AccountOutcome.Done;
        },
        cancellation);

    public Task<AccountOutcome> EditAsync(Actor actor, string name, AccountEdit edit, CancellationToken cancellation) => changes.RunAsync(
        async change =>
        {
            if (await RemovesLastAdminAsync(change, name, edit, cancellation)) return AccountOutcome.LastAdmin;
            await using var command = change.Command("""
                UPDATE accounts SET display_name = coalesce($2, display_name), roles = coalesce($3, roles), regions = coalesce($4, regions),
                  disabled = coalesce($5, disabled), version = $6 WHERE name = $1
                """);
            command.With(name).WithNullable(edit.DisplayName, NpgsqlDbType.Text)
                .WithNullable(edit.Roles?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text)
                .WithNullable(edit.Regions?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text)
                .WithNullable(edit.Disabled, NpgsqlDbType.Boolean).With(change.Version);
            if (await command.ExecuteNonQueryAsync(cancellation) == 0) return AccountOutcome.NotFound;
            if (edit.Disabled == true) await EndSessionsAsync(change, name, cancellation);
            await change.AuditAsync(actor, "user.changed", "user:" + name, edit, cancellation);
            return AccountOutcome.Done;
        },
        cancellation);

    /// <summary>A new password ends every session of the account.</summary>
    public Task<AccountOutcome> SetPasswordAsync(Actor actor, string name, string passwordHash, CancellationToken cancellation) => changes.RunAsync(
        async change =>
        {
            await using var command = change.Command("UPDATE accounts SET password_hash = $2, version = $3 WHERE name = $1 AND kind = 'local'");
            command.With(name).With(passwordHash).With(change.Version);
            if (await command.ExecuteNonQueryAsync(cancellation) == 0)
                return await ExistsAsync(change, name, cancellation) ? AccountOutcome.NotLocal : AccountOutcome.NotFound;
            await EndSessionsAsync(change, name, cancellation);
            await change.AuditAsync(actor, "user.password-set", "user:" + name, details: null, cancellation);
            return AccountOutcome.Done;
        },
        cancellation);

    /// <summary>Someone signed in elsewhere: the account takes the roles and regions that come from there. False where a local account has the name, or it is disabled.</summary>
    public Task<bool> TakeOpenIdAsync(string name, string displayName, string[] roles, string[] regions, CancellationToken cancellation) => changes.RunAsync(
        async change =>
        {
            await using var command = change.Command("""
                INSERT INTO accounts AS a (name, kind, display_name, roles, regions, version) VALUES ($1, 'openid', $2, $3, $4, $5)
                ON CONFLICT (name) DO UPDATE SET display_name = $2, roles = $3, regions = $4, version = $5
                WHERE a.kind = 'openid' AND NOT a.disabled
                """);
            command.With(name).With(displayName).With(roles).With(regions).With(change.Version);
            if (await command.ExecuteNonQueryAsync(cancellation) == 0) return false;
            await change.AuditAsync(new Actor("user:" + name), "user.openid", "user:" + name, new { roles, regions }, cancellation);
            return true;
        },
        cancellation);

    /// <summary>Nobody locks the last administrator out, not even that one.</summary>
    private static async Task<bool> RemovesLastAdminAsync(AccessChange change, string name, AccountEdit edit, CancellationToken cancellation)
    {
        if (edit.Disabled != true && edit.Roles?.Contains(Roles.Admin) != false) return false;
        await using var command = change.Command("""
            SELECT bool_and(name = $1) FROM accounts WHERE NOT disabled AND $2 = ANY (roles)
            """);
        return await command.With(name).With(Roles.Admin).ExecuteScalarAsync(cancellation) is true;
    }

    private static async Task EndSessionsAsync(AccessChange change, string account, CancellationToken cancellation)
    {
        await using var command = change.Command("UPDATE sessions SET ended_at = now(), version = $2 WHERE account = $1 AND ended_at IS NULL");
        await command.With(account).With(change.Version).ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<bool> ExistsAsync(AccessChange change, string name, CancellationToken cancellation)
    {
        await using var command = change.Command("SELECT 1 FROM accounts WHERE name = $1");
        return await command.With(name).ExecuteScalarAsync(cancellation) is not null;
    }
}
