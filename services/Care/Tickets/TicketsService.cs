using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>Settings of tickets: section <c>Tickets</c>.</summary>
public sealed class TicketOptions
{
    /// <summary>How often it is looked who is to be reminded. Default 30 seconds.</summary>
    [System.ComponentModel.DataAnnotations.Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Looks after tickets round by round, for as long as it is this replica's turn.</summary>
internal sealed partial class TicketWatchLoop(
    TicketWatch watch, WatchLease lease, IOptions<TicketOptions> options, TimeProvider time, ILogger<TicketWatchLoop> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await RoundAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
        finally
        {
            await LeaveAsync();
        }
    }

    private async Task RoundAsync(CancellationToken cancellation)
    {
        try
        {
            await watch.RoundAsync(cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(failure);
        }
    }

    private async Task LeaveAsync()
    {
        try
        {
            await lease.LeaveAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // It runs out by itself.
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Nobody was reminded of tickets; it is tried again")]
    private partial void LogFailed(Exception failure);
}

internal static class TicketsService
{
    public static IServiceCollection AddTickets(this IServiceCollection services)
    {
        services.AddValidatedOptions<TicketOptions>("Tickets");
        services.AddSingleton<SlaPolicyStore>();
        services.AddSingleton<FaultClassStore>();
        services.AddSingleton<TicketStore>();
        services.AddSingleton<IKeepsCustomers>(provider => provider.GetRequiredService<TicketStore>());
        services.AddSingleton<TicketHistory>();
        services.AddSingleton<TicketTextStore>();
        services.AddSingleton<TicketLedger>();
        services.AddSingleton<TicketDesk>();
        services.AddSingleton<TicketActions>();
        services.AddSingleton<WatchLease>();
        services.AddSingleton<TicketWatch>();
        return services.AddHostedService<TicketWatchLoop>();
    }

    public static void MapTickets(this IEndpointRouteBuilder api)
    {
        SlaPoliciesApi.Map(api);
        FaultClassesApi.Map(api);
        TicketsApi.Map(api);
    }
}
