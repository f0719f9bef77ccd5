namespace ECommerce.Channels.Offload.Decisions;

/// <summary>Why a channel was chosen, or was not. The order is that in which they are looked at.</summary>
internal enum Reason : byte
{
    // About the channel itself.
    NotElectronic,
    CurrentChannel,

    // About the whole decision: no channel may be offered.
    Stopped,
    ProfileUnavailable,
    ConsentsUnsure,
    UnknownCustomer,
    OptedOut,
    OpenComplaint,
    KeyMoment,
    Vulnerable,
    NotOffloadable,
    AlreadyElectronic,
    FailedBefore,
    NoRule,
    RuleStays,
    RulesUnavailable,

    // About this channel for this customer now.
    NotInRule,
    CannotDo,
    HealthUnknown,
    Failing,
    NoConsent,
    CannotUse,
    BelowScore,
    AllowanceSpent,
    NotWorthIt,

    // It might have been offered.
    RankedLower,
    Holdout,
    Stated,
    Preferred,
    Cheapest,
    LikeliestToSucceed,
    MostUseful,
}

internal static class Reasons
{
    private static readonly string[] Codes =
    [
        "not-electronic", "current-channel", "stopped", "profile-unavailable", "consents-unsure", "unknown-customer", "opted-out", "open-complaint", "key-moment",
        "vulnerable", "not-offloadable", "already-electronic", "failed-before", "no-rule", "rule-stays", "rules-unavailable", "not-in-rule", "cannot-do",
        "health-unknown", "failing", "no-consent", "cannot-use", "below-score", "allowance-spent", "not-worth-it", "ranked-lower", "holdout", "stated",
        "preferred", "cheapest", "likeliest-to-succeed", "most-useful",
    ];

    /// <summary>Guards of the whole decision: none of these, and at least one candidate, is who the effect is measured on.</summary>
    public static bool IsOfAll(Reason reason) => reason is >= Reason.Stopped and <= Reason.RulesUnavailable;

    public static bool IsChoice(Reason reason) => reason >= Reason.Stated;

    /// <summary>As answers carry it.</summary>
    public static string CodeOf(Reason reason) => Codes[(int)reason];

    public static Reason? Of(string code) => Array.IndexOf(Codes, code) is >= 0 and var at ? (Reason)at : null;
}
