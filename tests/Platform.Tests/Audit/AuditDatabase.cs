using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace ECommerce.Channels.Platform.Tests.Audit;

/// <summary>A service's audit log on a database of its own, and the hand of someone who owns that database.</summary>
internal sealed class AuditDatabase : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("channels-audit-").FullName;
    private readonly string connectionString;
    private IHost? host;

    private AuditDatabase(string connectionString)
    {
        this.connectionString = connectionString;
        HeadsFile = Path.Combine(folder, "audit-heads.jsonl");
    }

    public string HeadsFile { get; private set; }

    public string Service { get; private set; } = "care";

    public AuditLog Log => host!.Services.GetRequiredService<AuditLog>();

    public NpgsqlDataSource Database => host!.Services.GetRequiredService<NpgsqlDataSource>();

    public Task<AuditVerification> VerifyAsync() => host!.Services.GetRequiredService<AuditVerifier>().VerifyAsync(CancellationToken.None);

    public static async Task<AuditDatabase> StartAsync(PostgresServer postgres, bool publish = true)
    {
        var made = new AuditDatabase(await postgres.NewDatabaseAsync());
        await made.StartAsync(publish);
        return made;
    }

    /// <summary>Starts a service on the database; with the publisher of ends or, for tests that tamper, without.</summary>
    public async Task StartAsync(bool publish, string schema = "care", string? headsFile = null)
    {
        Service = schema;
        HeadsFile = headsFile ?? HeadsFile;
        var tables = new ServiceSchema(schema, [(typeof(AuditLog).Assembly, "Audit")]);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Audit:HeadsFile", (string?)HeadsFile)]);
        builder.Services.AddServiceStorage(connectionString, tables);
        builder.Services.AddAudit();
        host = builder.Build();
        await tables.MigrateAsync(Database, CancellationToken.None);
        if (publish) await host.StartAsync();
    }

    /// <summary>Stops the service as SIGTERM does: what was committed is published.</summary>
    public async Task StopAsync()
    {
        await host!.StopAsync();
        host.Dispose();
        host = null;
    }

    public async Task AppendAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await Log.AppendAsync(new AuditEntry("user:张三", "key.created", $"key:{i}", new { i, name = "门户" }), CancellationToken.None);
    }

    public Task PublishedAsync(long number) => Tools.UntilAsync($"head {number}", TimeSpan.FromSeconds(20), () =>
    {
        try
        {
            var start = $"{{\"service\":\"{Service}\",\"number\":{number},";
            return Task.FromResult(File.Exists(HeadsFile) && File.ReadLines(HeadsFile).Any(line => line.StartsWith(start, StringComparison.Ordinal)));
        }
        catch (IOException)
        {
            // A writer has it at this moment.
            return Task.FromResult(false);
        }
    });

    /// <summary>What the owner of the database can do: no trigger fires.</summary>
    public Task TamperAsync(string sql) => ExecuteAsync("SET session_replication_role = replica; " + sql + "; RESET session_replication_role");

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Computes the whole chain anew over what the rows say now, as a forger with time would.</summary>
    public Task RehashAsync() => TamperAsync("""
        DO $$
        DECLARE r record; linked bytea := sha256('\x01'::bytea || convert_to('channels.audit care', 'UTF8')); n bigint := 0;
        BEGIN
          CREATE TEMP TABLE copy AS SELECT * FROM care.audit_log;
          DELETE FROM care.audit_log;
          DELETE FROM care.audit_head;
          INSERT INTO care.audit_head (number, hash) VALUES (0, linked);
          FOR r IN SELECT * FROM copy ORDER BY number LOOP
            PERFORM care.audit_append(
              int8send((extract(epoch FROM r.at) * 1000000)::bigint)
              || int4send(octet_length(r.actor)) || convert_to(r.actor, 'UTF8') || int4send(octet_length(r.action)) || convert_to(r.action, 'UTF8')
              || int4send(octet_length(r.subject)) || convert_to(r.subject, 'UTF8') || int4send(octet_length(r.details)) || convert_to(r.details, 'UTF8'),
              r.at, r.actor, r.action, r.subject, r.details);
          END LOOP;
          DROP TABLE copy;
        END $$
        """);

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await StopAsync();
        Directory.Delete(folder, recursive: true);
    }
}
