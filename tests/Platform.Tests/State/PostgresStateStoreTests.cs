using System.Diagnostics;
using ECommerce.Channels.Platform.State;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.State;

/// <summary>The contract, on a table; and what only the table has.</summary>
public sealed class PostgresStateStoreTests(PostgresServer postgres, Toxiproxy toxiproxy) : StateStoreContract, IDisposable
{
    private IHost? host;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => host?.Dispose();

    [Fact]
    public async Task Sweep_TimeGoesOn_RemovesExpiredRowsAndKeepsTheOthers()
    {
        var database = await postgres.NewDatabaseAsync();
        var time = new FakeTimeProvider();
        host = await Stores.InTableAsync(database, time: time);
        var store = host.Store();
        await store.SaveAsync("short", new byte[] { 1 }, StateCondition.Any, TimeSpan.FromSeconds(1), Cancellation);
        await store.SaveAsync("long", new byte[] { 1 }, StateCondition.Any, TimeSpan.FromHours(1), Cancellation);
        await store.SaveAsync("ever", new byte[] { 1 }, StateCondition.Any, null, Cancellation);
        await Tools.UntilAsync("end of the entry", TimeSpan.FromSeconds(10), async () => await store.GetAsync("short", Cancellation) is null, Cancellation);
        Assert.Equal(3L, await CountAsync(database));

        await host.StartAsync(Cancellation);
        await Tools.UntilAsync("the sweep", TimeSpan.FromSeconds(10), async () =>
        {
            time.Advance(TimeSpan.FromMinutes(5));
            return await CountAsync(database) == 2;
        }, Cancellation);

        Assert.Equal(2, (await store.GetManyAsync(["long", "ever"], Cancellation)).Count);
    }

    [Fact]
    public async Task AnyCall_DatabaseHangs_IsUnavailableWithinTheDeadline()
    {
        var database = await postgres.NewDatabaseAsync();
        var proxy = await toxiproxy.InFrontOfAsync(new NpgsqlConnectionStringBuilder(database).Port, Cancellation);
        var through = new NpgsqlConnectionStringBuilder(database) { Host = "127.0.0.1", Port = proxy.Port }.ConnectionString;
        host = await Stores.InTableAsync(through, deadline: TimeSpan.FromMilliseconds(400));
        var store = host.Store();
        await store.GetAsync("warm", Cancellation);
        await proxy.HangAsync(Cancellation);

        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAsync<StateUnavailableException>(() => store.GetAsync("k", Cancellation));
        Assert.InRange(watch.ElapsedMilliseconds, 350, 1500);

        await proxy.CutAsync(Cancellation);
        await Assert.ThrowsAsync<StateUnavailableException>(() => store.SaveAsync("k", new byte[] { 1 }, StateCondition.Any, null, Cancellation));

        await proxy.HealAsync(Cancellation);
        await Tools.UntilAsync("recovery", TimeSpan.FromSeconds(15), async () =>
        {
            try
            {
                return await store.GetAsync("k", Cancellation) is null;
            }
            catch (StateUnavailableException)
            {
                return false;
            }
        }, Cancellation);
    }

    protected override async Task<IStateStore> StoreAsync()
    {
        host ??= await Stores.InTableAsync(await postgres.NewDatabaseAsync());
        return host.Store();
    }

    private static async Task<long> CountAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM care.state", connection);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
