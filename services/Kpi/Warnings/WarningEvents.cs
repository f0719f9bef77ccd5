using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Messaging;
using Npgsql;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>What other services are told about a warning; never a note, which may hold anything.</summary>
internal static class WarningEvents
{
    public static Task AddAsync(Outbox outbox, NpgsqlTransaction transaction, WarningChange change, CancellationToken cancellation)
    {
        var facts = FactsOf(change.After);
        return change.What switch
        {
            "raised" or "reopened" => AddAsync(WarningRaised.Type, new WarningRaised(facts, change.What == "reopened")),
            "ended" or "resolved" or "rule-changed" or "rule-removed" => AddAsync(WarningEnded.Type, new WarningEnded(facts, change.What, change.By)),
            _ => AddAsync(WarningChanged.Type, new WarningChanged(facts, change.What, change.By)),
        };

        Task AddAsync<T>(string type, T data) =>
            outbox.AddAsync(transaction, Topics.Warnings, facts.Id, type, data, facts.Revision, at: change.At, cancellation: cancellation);
    }

    private static WarningFacts FactsOf(Warning warning) => new(
        warning.Id, warning.Rule, warning.Severity, warning.Scope.Kind, warning.Cause, warning.Scope.Indicator, warning.Reading.IndicatorVersion,
        warning.Scope.Channel, warning.Scope.Region, warning.Scope.Source, warning.Reading.Threshold, warning.Reading.Value, warning.Reading.Numerator,
        warning.Reading.Denominator, warning.Reading.N, warning.Since, warning.LastSeen, warning.EndedAt, warning.State, warning.Owner,
        warning.SnoozedUntil, warning.Notify, new WarningWords(warning.NextStep.Chinese, warning.NextStep.English), warning.Revision);
}

/// <summary>What screens are told about a warning.</summary>
/// <param name="Region">Who sees it: <c>*</c> is full grants only, null is everybody.</param>
internal sealed record WarningHint(string Kind, string Id, string State, string? Region)
{
    public WarningHint(Warning warning)
        : this("warnings", warning.Id, warning.State, warning.Scope.Kind == WarningCondition.LateFeed ? null : warning.Scope.Region ?? "*")
    {
    }
}
