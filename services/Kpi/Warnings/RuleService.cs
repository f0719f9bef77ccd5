using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>Changes rules; each change with its audit line, and with the end of warnings that it makes void, in one transaction.</summary>
internal sealed class RuleService(
    NpgsqlDataSource database, RuleStore rules, WarningStore warnings, AuditLog audit, OperatorZone zone, IOptions<WarningOptions> options, TimeProvider time)
{
    private readonly Periods periods = new(zone);

    public async Task<Problem?> AddAsync(WarningRule rule, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await RuleStore.HasRoomAsync(transaction, options.Value.MaxRules, cancellation))
            return Problem.Conflict("too-many-rules", new Text($"预警规则已达上限 {options.Value.MaxRules} 条", $"There are {options.Value.MaxRules} rules already, which is the limit"));
        await rules.AddAsync(transaction, rule, Evaluation.Start(rule, time.GetUtcNow(), periods), by, cancellation);
        await audit.AppendAsync(transaction, by, "warning-rule.created", rule.Id, Described(rule), cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    /// <param name="next">With the revision after <paramref name="before"/>.</param>
    public async Task<Problem?> ChangeAsync(WarningRule before, WarningRule next, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var isOther = !next.WatchesAs(before);
        var restart = isOther ? Evaluation.Start(next, time.GetUtcNow(), periods) : null;
        if (!await rules.ChangeAsync(transaction, next, restart, by, cancellation)) return Problem.PreconditionFailed();
        if (isOther) await EndAsync(transaction, next.Id, "rule-changed", cancellation);
        await audit.AppendAsync(transaction, by, "warning-rule.changed", next.Id, Described(next), cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    public async Task<Problem?> RemoveAsync(WarningRule rule, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await rules.DeleteAsync(transaction, rule, by, cancellation)) return Problem.PreconditionFailed();
        await EndAsync(transaction, rule.Id, "rule-removed", cancellation);
        await audit.AppendAsync(transaction, by, "warning-rule.removed", rule.Id, null, cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    private async Task EndAsync(NpgsqlTransaction transaction, string rule, string what, CancellationToken cancellation)
    {
        foreach (var warning in await WarningStore.HoldOpenAsync(transaction, rule, cancellation))
            await warnings.SaveAsync(transaction, Changes.End(warning, what, time.GetUtcNow()), cancellation);
    }

    /// <summary>A name is a person's own words: it is not in the audit chain.</summary>
    private static object Described(WarningRule rule) =>
        new { rule.Indicator, rule.Channel, rule.Region, rule.Condition, rule.Notify, rule.Severity, rule.Enabled, rule.Revision };
}
