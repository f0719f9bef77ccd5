using ECommerce.Channels.Platform.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>
/// The order in which a service starts: the routes are checked, the server listens (so that <c>/health/live</c> answers while the
/// database is not there yet), the schema is brought up to date, and only then everything else starts: what runs in the background may
/// rely on its tables, and has nothing to wait for. <br/>
/// It stops as <see cref="Drain"/> says.
/// </summary>
internal static class StartOrder
{
    /// <summary>Called when everything is registered. Hosted services start one after the other in the order of registration.</summary>
    public static void Arrange(IServiceCollection services)
    {
        var hosted = services.Where(service => service.ServiceType == typeof(IHostedService)).ToList();
        var server = hosted.Where(service => service.ImplementationType?.Name == "GenericWebHostService").ToList();
        var schema = hosted.Where(service => service.ImplementationType == typeof(MigrateAtStart)).ToList();
        foreach (var service in hosted) services.Remove(service);
        foreach (var service in server.Concat(schema).Concat(hosted.Except(server).Except(schema))) services.Add(service);
    }
}

/// <summary>Brings the schema up to date before anything else runs, and waits for a database that is not there yet.</summary>
internal sealed class MigrateAtStart(
    ServiceSchema schema, NpgsqlDataSource database, ServicePhase phase, TimeProvider clock, ILogger<MigrateAtStart> log) : IHostedLifecycleService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromMilliseconds(200);
        while (!await TryAsync(cancellationToken))
        {
            await Task.Delay(pause, clock, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
        phase.Migrated = true;
        log.Migrated(schema.Schema);
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        phase.Started = true;
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> TryAsync(CancellationToken cancellation)
    {
        try
        {
            await schema.MigrateAsync(database, cancellation);
            return true;
        }
        catch (NpgsqlException missing) when (ExceptionProblems.IsDown(missing))
        {
            log.DatabaseNotThere(schema.Schema, missing.Message);
            return false;
        }
    }
}

/// <summary>
/// How a service ends: not ready at once, still answering until those who route to it have noticed; then streams are told to end, the
/// server takes nothing new and finishes what it has; and only then the background work stops, which those requests may rely on.
/// </summary>
internal sealed class Drain(
    ServicePhase phase, IServer server, IHostApplicationLifetime lifetime, IOptions<HostingOptions> options, TimeProvider clock,
    ILogger<Drain> log) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        phase.Draining = true;
        log.Draining(options.Value.DrainDelay);
        await Task.Delay(options.Value.DrainDelay, clock, cancellationToken);
        lifetime.StopApplication();
        await server.StopAsync(cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

public static class AtStart
{
    /// <summary>Makes a singleton when the service starts: what is wrong with it ends the start, and not the first call.</summary>
    public static IServiceCollection AddAtStart<T>(this IServiceCollection services)
        where T : class => services.AddHostedService<MadeAtStart<T>>();

    private sealed class MadeAtStart<T>(IServiceProvider services) : IHostedService
        where T : class
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            services.GetRequiredService<T>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
