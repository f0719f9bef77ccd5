namespace ECommerce.Channels.Contracts.Events;

/// <summary>
/// What was decided for a customer. Topic <c>channels.decisions</c>, key: the customer; the envelope's subject is the decision.
/// </summary>
/// <param name="Id">Transactions that follow carry it.</param>
/// <param name="Customer">The pseudonym.</param>
/// <param name="Channel">Where the customer was.</param>
/// <param name="Action">offer or stay.</param>
/// <param name="Offered">The channel; of the holdout: none.</param>
/// <param name="Arm">treated or holdout.</param>
/// <param name="Eligible">Every guard was passed and there was a channel to offer: the customer counts for the effect.</param>
/// <param name="Rule">That applied.</param>
/// <param name="RuleSet">Number of the published set.</param>
/// <param name="Policy">By which the channel was chosen.</param>
public sealed record DecisionFacts(
    string Id, string Customer, string Service, string Channel, string? Task, string Action, string? Offered, string Arm, bool Eligible, string? Rule,
    int RuleSet, string? Policy, DateTimeOffset At);

/// <summary>A decision was made.</summary>
public sealed record DecisionMade(DecisionFacts Decision)
{
    public const string Type = "channels.decision.made.v1";
}

/// <summary>What became of an offer. The subject is the decision and the outcome, so that none hides another.</summary>
/// <param name="Outcome">shown, accepted, refused or ignored.</param>
/// <param name="Channel">That was offered; null: none was.</param>
public sealed record DecisionAnswered(string Id, string Customer, string? Channel, string Arm, string Outcome, DateTimeOffset At)
{
    public const string Type = "channels.decision.answered.v1";
}
