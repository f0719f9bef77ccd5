using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>The whole of a service's <c>Program.cs</c>: build, map, run until told to stop.</summary>
public static class ServiceProgram
{
    /// <returns>The exit code: 0 when it was told to stop, also while it was still waiting for its database; 1 where settings are wrong.</returns>
    public static async Task<int> RunAsync(string[] args, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        try
        {
            var builder = WebApplication.CreateBuilder(args);
            add(builder);
            await using var app = builder.Build();
            map(app);
            await RunAsync(app);
            return 0;
        }
        catch (Exception wrong) when (Faults(wrong) is { Count: > 0 } faults)
        {
            foreach (var fault in faults) await Console.Error.WriteLineAsync(fault);
            return 1;
        }
    }

    private static async Task RunAsync(WebApplication app)
    {
        var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !lifetime.ApplicationStarted.IsCancellationRequested)
        {
            // Told to stop before the start was over.
        }
    }

    private static List<string> Faults(Exception exception)
    {
        var all = exception is AggregateException several ? several.InnerExceptions : (IReadOnlyList<Exception>)[exception];
        return [.. all.OfType<OptionsValidationException>().SelectMany(invalid => invalid.Failures)];
    }
}
