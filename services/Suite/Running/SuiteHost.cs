using System.Net;
using System.Net.Sockets;
using ECommerce.Channels.Care;
using ECommerce.Channels.Gateway;
using ECommerce.Channels.Gateway.Access;
using ECommerce.Channels.Kpi;
using ECommerce.Channels.Offload;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Telemetry;
using ECommerce.Channels.Simulator;
using ECommerce.Channels.Simulator.Demo;
using ECommerce.Channels.Simulator.Demo.Serving;
using ECommerce.Channels.Suite.CommandLine;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace ECommerce.Channels.Suite.Running;

/// <summary>
/// The whole suite in one process: a private PostgreSQL where none is named, each service as a web application of its own on a loopback
/// port, and the gateway before them. Nothing is shared but the process.
/// </summary>
internal sealed class SuiteHost(SuiteSettings settings, TextWriter output, Action<string> tell, TimeProvider time)
{
    private static readonly TimeSpan AnswersBy = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(100);

    private readonly Stack<(string Name, WebApplication App)> running = new();
    private readonly TaskCompletionSource<string> broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs until cancelled, then lets everything finish, the gateway first and the database last.</summary>
    /// <exception cref="SuiteException">It cannot start; the message says what to do.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        CreateFolders();
        using var held = DataLock.Take(settings.Data);
        RefuseTakenPort();
        // Listeners are process-wide: one provider of each kind for all services, or each request would count as often as there are services.
        await using var telemetry = SuiteTelemetry.Start(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        PrivatePostgres? postgres = null;
        try
        {
            if (settings.NamedDatabase is null)
            {
                postgres = new PrivatePostgres(settings.Postgres, settings.Secrets, tell, time);
                await postgres.StartAsync(stop);
            }
            await StartAsync(postgres?.ConnectionString ?? settings.NamedDatabase!, stop);
            await output.WriteLineAsync($"ready {settings.Address}".AsMemory(), stop);
            await output.FlushAsync(stop);
            throw new SuiteException($"{await broken.Task.WaitAsync(stop)} stopped by itself; the reason is in {settings.Logs}");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            tell("stopping");
        }
        finally
        {
            await StopAsync();
            if (postgres is not null)
            {
                tell("stopping PostgreSQL");
                await postgres.StopAsync();
            }
        }
        tell("stopped");
    }

    private void CreateFolders()
    {
        const UnixFileMode ownersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(settings.Data);
        Directory.CreateDirectory(settings.Secrets, ownersOnly);
        Directory.CreateDirectory(settings.Logs, ownersOnly);
        SigningKeys.EnsureFile(settings.SigningKey);
    }

    /// <summary>Before anything is started: who comes second should hear it at once.</summary>
    private void RefuseTakenPort()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, settings.Port);
            listener.Start();
        }
        catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            throw new SuiteException(taken.SocketErrorCode == SocketError.AccessDenied
                ? $"port {settings.Port} may not be used by this user; choose another with --port N"
                : $"port {settings.Port} is taken by another program; stop it, or choose another with --port N");
        }
    }

    private async Task StartAsync(string database, CancellationToken stop)
    {
        var shared = settings.Shared(database);
        var kpi = await StartAsync("kpi", "http://127.0.0.1:0", shared, builder => builder.AddKpi(), app => app.MapKpi(), stop);
        var care = await StartAsync("care", "http://127.0.0.1:0", shared, builder => builder.AddCare(), app => app.MapCare(), stop);
        var offload = await StartAsync("offload", "http://127.0.0.1:0", shared, builder => builder.AddOffload(), app => app.MapOffload(), stop);
        var simulator = await StartAsync("simulator", "http://127.0.0.1:0", shared, builder => builder.AddSimulator(), app => app.MapSimulator(), stop);
        var behind = new Dictionary<string, string?>(shared)
        {
            ["Services:kpi"] = kpi.Urls.Single(),
            ["Services:care"] = care.Urls.Single(),
            ["Services:offload"] = offload.Urls.Single(),
            ["Services:simulator"] = simulator.Urls.Single(),
        };
        var gateway = await StartAsync("gateway", settings.Address, behind, builder => builder.AddGateway(), app => app.MapGateway(), stop);
        await WriteSuiteFileAsync(gateway.Services, stop);
        var key = SecretFiles.ReadOrMake(settings.SimulatorKey, () => SuiteAccounts.NewKeyText("simulator"));
        await SuiteAccounts.EnsureFeedKeyAsync(gateway.Services, key, DemoSetup.Source, stop);
        if (!settings.Empty) await EnsureStaffAsync(gateway.Services, stop);
        await WaitUntilReadyAsync(stop);
        await WaitForDemoAsync(simulator.Services.GetRequiredService<DemoProgress>(), stop);
    }

    private async Task<WebApplication> StartAsync(
        string name, string address, Dictionary<string, string?> configuration, Action<WebApplicationBuilder> add, Action<WebApplication> map,
        CancellationToken stop)
    {
        tell($"starting {name}");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(SuiteHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.WebHost.UseUrls(address);
        add(builder);
        builder.Logging.AddProvider(new RollingFiles(Path.Combine(settings.Logs, name + ".log"), time));
        // The console is for progress and for the one line that says ready.
        foreach (var console in builder.Services.Where(service => service.ImplementationType == typeof(ConsoleLoggerProvider)).ToList())
            builder.Services.Remove(console);
        // Signals are the suite's: it stops its parts in order.
        builder.Services.RemoveAll<IHostLifetime>();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var app = builder.Build();
        map(app);
        try
        {
            await app.StartAsync(stop);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        running.Push((name, app));
        app.Lifetime.ApplicationStopping.Register(() => broken.TrySetResult(name));
        return app;
    }

    /// <summary>Accounts are made once; their keys and passwords stay what the file says.</summary>
    private async Task WriteSuiteFileAsync(IServiceProvider gateway, CancellationToken stop)
    {
        var path = Path.Combine(settings.Data, SuiteFile.Name);
        var known = File.Exists(path) ? (await SuiteFile.ReadAsync(path, stop)).Accounts : [];
        var accounts = SuiteAccounts.New().Select(fresh => known.FirstOrDefault(account => account.Role == fresh.Role) ?? fresh).ToList();
        await SuiteAccounts.EnsureAsync(gateway, accounts, stop);
        await new SuiteFile(settings.Address, accounts).WriteAsync(path, stop);
    }

    /// <summary>Who serves the demo operator's customers has keys like everybody who calls.</summary>
    private async Task EnsureStaffAsync(IServiceProvider gateway, CancellationToken stop)
    {
        foreach (var one in Staff.All)
        {
            var key = SecretFiles.ReadOrMake(one.KeyFile(settings.ServingKeys), () => SuiteAccounts.NewKeyText(one.KeyId));
            await SuiteAccounts.EnsureKeyAsync(gateway, one.Role, one.Name, key, stop, one.RequestsPerMinute);
        }
    }

    /// <summary>With the demo operator, "ready" means that its history is there.</summary>
    private async Task WaitForDemoAsync(DemoProgress demo, CancellationToken stop)
    {
        while (await Task.WhenAny(demo.Settled.Task, Task.Delay(TellEvery, time, stop)) != demo.Settled.Task)
        {
            stop.ThrowIfCancellationRequested();
            tell($"loading the demo operator: {(int)(100 * demo.Done)} %{(demo.Fault is { } fault ? $" ({fault})" : "")}");
        }
        if (demo.Refusal is not null) tell("no demo operator: this suite holds data of its own");
    }

    private async Task WaitUntilReadyAsync(CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
        var since = time.GetTimestamp();
        var told = since;
        while (true)
        {
            var waiting = new List<string>();
            foreach (var (name, app) in running)
            {
                if (!await IsReadyAsync(http, app.Urls.Single(), stop)) waiting.Add(name);
            }
            if (waiting.Count == 0) return;
            if (time.GetElapsedTime(since) > AnswersBy)
                throw new SuiteException($"{string.Join(", ", waiting)} did not become ready; the reason is in {settings.Logs}");
            if (time.GetElapsedTime(told) > TellEvery)
            {
                tell($"waiting for {string.Join(", ", waiting)}");
                told = time.GetTimestamp();
            }
            await Task.Delay(AskEvery, time, stop);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, string address, CancellationToken stop)
    {
        try
        {
            using var answer = await http.GetAsync(address + "/health/ready", stop);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task StopAsync()
    {
        while (running.TryPop(out var part))
        {
            tell($"stopping {part.Name}");
            try
            {
                await part.App.StopAsync();
            }
            catch (Exception fault)
            {
                // The others, and the database, are to end in good order all the same.
                tell($"{part.Name} did not stop in good order: {fault.Message}");
            }
            await part.App.DisposeAsync();
        }
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
