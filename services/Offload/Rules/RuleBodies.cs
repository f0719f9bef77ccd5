using ECommerce.Channels.Offload.Contacts;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Platform.Catalogue;

namespace ECommerce.Channels.Offload.Rules;

/// <summary>A rule set as people write it.</summary>
/// <param name="Note">What the change is for.</param>
internal sealed record RuleSetInput(
    IReadOnlyList<Rule> Rules, int FailedHours, IReadOnlyList<string>? KeyMoments, IReadOnlyList<string>? Vulnerable, IReadOnlyList<string>? OptedOut,
    IReadOnlyList<string>? OpenToAll, long BounceCost, IReadOnlyList<Allowance> Allowances, QuietHours QuietHours, string? Note = null);

internal sealed record NoteInput(string Note);

/// <param name="Hash">Of the content that was looked at.</param>
internal sealed record ApprovalInput(string Hash);

internal sealed record NumberBody(int Number);

/// <summary>A rule with the sentence that says it.</summary>
internal sealed record RuleBody(string Id, RuleNames Names, bool Enabled, IReadOnlyList<Condition> When, RuleAction Then, Words Sentence, IReadOnlyList<Words> Conditions)
{
    public static RuleBody Of(Rule rule, KnownCatalogue catalogue) => new(
        rule.Id, rule.Names, rule.Enabled, rule.When, rule.Then, RuleSentences.Of(rule, catalogue), [.. rule.When.Select(one => RuleSentences.Of(one, catalogue))]);
}

/// <summary>A rule set as it is told.</summary>
internal sealed record RuleSetBody(
    IReadOnlyList<RuleBody> Rules, int FailedHours, IReadOnlyList<string> KeyMoments, IReadOnlyList<string> Vulnerable, IReadOnlyList<string> OptedOut,
    IReadOnlyList<string> OpenToAll, long BounceCost, IReadOnlyList<Allowance> Allowances, QuietHours QuietHours)
{
    public static RuleSetBody Of(RuleSet set, KnownCatalogue catalogue) => new(
        [.. set.Rules.Select(rule => RuleBody.Of(rule, catalogue))], set.FailedHours, set.KeyMoments, set.Vulnerable, set.OptedOut, set.OpenToAll, set.BounceCost,
        set.Allowances, set.QuietHours);
}

internal sealed record PublishedBody(int Number, RuleSetBody Set, string Hash, DateTimeOffset PublishedAt, string WrittenBy, string ApprovedBy, string Note)
{
    public static PublishedBody Of(PublishedRules one, KnownCatalogue catalogue) =>
        new(one.Number, RuleSetBody.Of(one.Rules, catalogue), one.Hash, one.PublishedAt, one.WrittenBy, one.ApprovedBy, one.Note);
}

/// <param name="Revision">For If-Match.</param>
/// <param name="Writers">None of them may approve it.</param>
internal sealed record DraftBody(
    RuleSetBody Set, string Hash, int BasedOn, long Revision, string State, string Note, IReadOnlyList<string> Writers, DateTimeOffset ChangedAt)
{
    public static DraftBody Of(RuleDraft one, KnownCatalogue catalogue) =>
        new(RuleSetBody.Of(one.Rules, catalogue), one.Hash, one.BasedOn, one.Revision, one.State, one.Note, one.Writers, one.ChangedAt);
}

internal sealed record RulesBody(PublishedBody Published, DraftBody? Draft, IReadOnlyList<Stop> Stops);

internal sealed record HistoryBody(IReadOnlyList<HistoryLine> Sets);

internal sealed record HistoryLine(int Number, string Hash, int Rules, DateTimeOffset PublishedAt, string WrittenBy, string ApprovedBy, string Note)
{
    public static HistoryLine Of(PublishedRules one) => new(one.Number, one.Hash, one.Rules.Rules.Count, one.PublishedAt, one.WrittenBy, one.ApprovedBy, one.Note);
}
