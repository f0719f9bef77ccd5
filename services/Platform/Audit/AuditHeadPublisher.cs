using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Platform.Audit;

/// <summary>
/// Publishes the end of the chain after each commit, as a log record and in the file of heads. It looks for itself every few seconds
/// too, since a row may be another replica's; and it never publishes an end that lies before one it has published: that is a cut chain.
/// </summary>
internal sealed class AuditHeadPublisher(
    AuditLog audit, AuditHeadSignal signal, AuditHeads? heads, TimeProvider time, ILogger<AuditHeadPublisher> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private const int Tries = 40;
    private AuditHead? last;
    private bool known;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryPublishAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await UntilCommittedAsync(stoppingToken);
            await signal.WaitAsync(Look, stoppingToken);
        }
    }

    /// <summary>The signal comes before the commit; a transaction that is rolled back, or takes longer, is left to the next look.</summary>
    private async Task UntilCommittedAsync(CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            await TryPublishAsync(cancellation);
            if (last is { } published && published.Number >= signal.Wanted) return;
            if (signal.Wanted == 0) return;
            await Task.Delay(Pause, cancellation);
        }
    }

    private async Task TryPublishAsync(CancellationToken cancellation)
    {
        try
        {
            await PublishAsync(cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.HeadNotPublished(audit.Service, failure.Message);
        }
    }

    private async Task PublishAsync(CancellationToken cancellation)
    {
        if (!known)
        {
            if (heads is not null) last = (await heads.ReadAsync(audit.Service, cancellation)).Heads.MaxBy(head => head.Number);
            known = true;
        }
        var (number, hash) = await audit.HeadAsync(cancellation);
        var head = new AuditHead(audit.Service, number, Convert.ToHexStringLower(hash), time.GetUtcNow());
        if (number < (last?.Number ?? 0)) log.ChainCut(audit.Service, number, last!.Number);
        if (number <= (last?.Number ?? 0)) return;
        if (heads is not null) await heads.PublishAsync(head, cancellation);
        log.Head(head.Service, head.Number, head.Hash);
        last = head;
    }
}
