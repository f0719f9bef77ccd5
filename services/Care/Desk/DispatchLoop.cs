using System.Threading.Channels;
using ECommerce.Channels.Platform.State;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Care.Desk;

/// <summary>Says that somebody came, or has time: the next round begins at once.</summary>
internal sealed class DispatchBell
{
    private readonly Channel<bool> bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => bell.Writer.TryWrite(true);

    /// <summary>Until it rings, or so long.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(longest);
        try
        {
            await bell.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Nothing happened: it is looked anyway.
        }
    }
}

/// <summary>Dispatches round by round.</summary>
internal sealed partial class DispatchLoop(Dispatcher dispatcher, DispatchBell bell, IOptions<DeskOptions> options, ILogger<DispatchLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await bell.WaitAsync(options.Value.Interval, stoppingToken);
                await RoundAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task RoundAsync(CancellationToken cancellation)
    {
        try
        {
            await dispatcher.RoundAsync(cancellation);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or StateUnavailableException)
        {
            LogFailed(failure.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Waiting customers could not be given to agents; it is tried again: {Reason}")]
    private partial void LogFailed(string reason);
}
