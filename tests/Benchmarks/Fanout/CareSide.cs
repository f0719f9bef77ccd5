using System.Globalization;
using System.Net;
using ECommerce.Channels.Care;
using ECommerce.Channels.Platform.Live;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Channels.Benchmarks.Fanout;

/// <summary>The serving service as it is shipped, over PostgreSQL, with a conversation for every page.</summary>
internal static class CareSide
{
    public const string Widget = "/api/v1/care/widget";

    /// <summary>Of the customer in a conversation.</summary>
    public static string Token(int room) => "cw_" + Rooms.Name(room);

    /// <param name="folder">For its keys.</param>
    public static async Task RunAsync(int port, int connections, string database, string folder, CancellationToken cancellation)
    {
        var isReady = false;
        await using var app = Build(port, connections, database, folder);
        var hub = app.Services.GetRequiredService<LiveHub>();
        app.MapControl(() => Volatile.Read(ref isReady) ? hub.Streams : -1);
        app.MapCare();
        await app.StartAsync(cancellation);
        await SeedAsync(app.Services.GetRequiredService<NpgsqlDataSource>(), Rooms.Count(connections), cancellation);
        Volatile.Write(ref isReady, true);
        await ((IHost)app).WaitForShutdownAsync(cancellation);
    }

    private static WebApplication Build(int port, int connections, string database, string folder)
    {
        var signing = Path.Combine(folder, "signing.pem");
        SigningKeys.EnsureFile(signing);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:care"] = database,
            ["ConnectionStrings:log"] = database,
            ["Identity:PublicKeysFile"] = signing,
            ["Pseudonyms:KeyFile"] = PseudonymKey(folder),
            ["DataKeys:KeyFile"] = Path.Combine(folder, "data.key"),
            ["DataKeys:MakeKey"] = "true",
            ["Audit:HeadsFile"] = Path.Combine(folder, "audit-heads.jsonl"),
            ["Hosting:DrainDelay"] = "00:00:00",
            ["Live:MaxStreams"] = connections.ToString(CultureInfo.InvariantCulture),
        });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.AddCare();
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    private static string PseudonymKey(string folder)
    {
        var file = Path.Combine(folder, "pseudonym.key");
        File.WriteAllText(file, "a:" + Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead);
        return file;
    }

    /// <summary>Conversations that an agent has and that nobody takes away meanwhile, and the tokens of their customers.</summary>
    private static async Task SeedAsync(NpgsqlDataSource database, int rooms, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            WITH rooms AS (
              INSERT INTO conversations (id, customer, channel, skill, language, state, agent, reason, last_seq, opened_at, assigned_at, revision)
              SELECT 'v_' || n, 'bench-' || n, 'web', 'general', 'en', 'active', 'bench', 'bench', 0, now(), now() + interval '1 day', 1
              FROM generate_series(0, $1 - 1) n RETURNING id, customer)
            INSERT INTO widget_sessions (token_hash, customer, channel, skill, language, conversation, expires_at)
            SELECT sha256(convert_to('cw_' || id, 'UTF8')), customer, 'web', 'general', 'en', id, now() + interval '1 day' FROM rooms
            """);
        await command.With(rooms).ExecuteNonQueryAsync(cancellation);
    }
}
