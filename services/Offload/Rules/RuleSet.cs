using ECommerce.Channels.Offload.Contacts;

namespace ECommerce.Channels.Offload.Rules;

/// <summary>What decides, as one thing that is published and never changes: the rules in their order, and what guards every one of them.</summary>
/// <param name="FailedHours">After a failed try on an e-channel on the same matter a customer is left with people for so long; 1 to 168.</param>
/// <param name="KeyMoments">Tags of customers in a moment of high risk: nothing is offered.</param>
/// <param name="Vulnerable">Tags of customers who are never led elsewhere.</param>
/// <param name="OptedOut">Tags of customers who asked to be left alone.</param>
/// <param name="OpenToAll">E-channels that everyone can use; of the others a customer has to have used them, or asked for them.</param>
/// <param name="BounceCost">What a failed try costs that comes back to people, fen.</param>
internal sealed record RuleSet(
    IReadOnlyList<Rule> Rules, int FailedHours, IReadOnlyList<string> KeyMoments, IReadOnlyList<string> Vulnerable, IReadOnlyList<string> OptedOut,
    IReadOnlyList<string> OpenToAll, long BounceCost, IReadOnlyList<Allowance> Allowances, QuietHours QuietHours);

/// <summary>A rule set that was published.</summary>
/// <param name="Number">Counts what was published, from 1.</param>
/// <param name="Hash">Of its content.</param>
internal sealed record PublishedRules(int Number, RuleSet Rules, string Hash, DateTimeOffset PublishedAt, string WrittenBy, string ApprovedBy, string Note);
