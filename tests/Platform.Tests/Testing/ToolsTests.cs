using System.Diagnostics;
using System.Net.Sockets;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Testing;

/// <summary>The fixtures themselves: a fault that does not happen would let every fault test pass.</summary>
public sealed class ToolsTests(PostgresServer postgres, Toxiproxy toxiproxy)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KafkaBroker_KilledAndStartedAgain_AnswersOnTheSamePort()
    {
        // A broker of its own: others use the assembly's while this one dies.
        await using var kafka = new KafkaBroker();
        var address = await kafka.BootstrapAsync(Cancellation);
        var port = int.Parse(address.Split(':')[1]);
        await ConnectAsync(port);

        await kafka.KillAsync();
        await Assert.ThrowsAnyAsync<SocketException>(() => ConnectAsync(port));
        await kafka.StartAsync(Cancellation);

        await ConnectAsync(port);
    }

    [Fact]
    public async Task Toxiproxy_DelayCutAndHeal_AreSeenByPostgres()
    {
        var database = await postgres.NewDatabaseAsync();
        var server = new NpgsqlConnectionStringBuilder(database);
        var proxy = await toxiproxy.InFrontOfAsync(server.Port, Cancellation);
        var through = new NpgsqlConnectionStringBuilder(database) { Host = "127.0.0.1", Port = proxy.Port, Pooling = false }.ConnectionString;
        await SelectAsync(through);

        await proxy.DelayAsync(TimeSpan.FromMilliseconds(200), Cancellation);
        var watch = Stopwatch.StartNew();
        await SelectAsync(through);
        Assert.InRange(watch.ElapsedMilliseconds, 200, 10_000);

        await proxy.CutAsync(Cancellation);
        await Assert.ThrowsAsync<NpgsqlException>(() => SelectAsync(through));

        await proxy.HealAsync(Cancellation);
        await SelectAsync(through);
    }

    private static async Task ConnectAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, Cancellation);
    }

    private static async Task SelectAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        Assert.Equal(1, await command.ExecuteScalarAsync(Cancellation));
    }
}
