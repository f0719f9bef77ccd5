using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Answers;

/// <summary>How an indicator is made of events.</summary>
internal enum Making
{
    Sum,
    Share,
    Rate,
    Standardised,
    Distinct,
    DistinctRate,
    Quantile,
}

/// <summary>What an event adds to a numerator or denominator; 0 for nothing.</summary>
internal delegate long Adds(in DemoEvent one);

/// <summary>An indicator of contract section 5, spelled out again.</summary>
/// <param name="Part">What counts in the numerator; of customers and durations: which events count.</param>
/// <param name="Whole">Likewise the denominator.</param>
/// <param name="AllChannels">The denominator knows no channel, neither told apart nor filtered.</param>
/// <param name="Quantile">Of the durations.</param>
internal sealed record Measure(Making Making, Adds Part, Adds? Whole = null, bool AllChannels = false, double Quantile = 0)
{
    private static readonly Adds Attempts = static (in _) => 1;
    private static readonly Adds Successes = static (in one) => one.Outcome == Outcome.Success ? 1 : 0;
    private static readonly Adds Failures = static (in one) => one.Outcome == Outcome.Failed ? 1 : 0;
    private static readonly Adds Abandoned = static (in one) => one.Outcome == Outcome.Abandoned ? 1 : 0;
    private static readonly Adds Amount = static (in one) => one.Outcome == Outcome.Success ? one.Amount : 0;
    private static readonly Adds Payments = static (in one) => one.Service == Service.TopUp ? Amount(one) : 0;
    private static readonly Adds ElectronicPayments = static (in one) => Facts.IsElectronic(one) ? Payments(one) : 0;
    private static readonly Adds ElectronicSuccesses = static (in one) => Facts.IsElectronic(one) ? Successes(one) : 0;
    private static readonly Adds Offloadable = static (in one) => Facts.IsOffloadable(one) ? Successes(one) : 0;
    private static readonly Adds Offloaded = static (in one) => Facts.IsOffloaded(one) ? Offloadable(one) : 0;

    public static readonly IReadOnlyDictionary<string, Measure> All = new Dictionary<string, Measure>
    {
        ["attempts"] = new(Making.Sum, Attempts),
        ["attempts-share"] = new(Making.Share, Attempts, Attempts),
        ["successes"] = new(Making.Sum, Successes),
        ["successes-share"] = new(Making.Share, Successes, Successes),
        ["failures"] = new(Making.Sum, Failures),
        ["failures-share"] = new(Making.Share, Failures, Failures),
        ["abandoned"] = new(Making.Sum, Abandoned),
        ["abandoned-share"] = new(Making.Share, Abandoned, Abandoned),
        ["success-rate"] = new(Making.Rate, Successes, static (in one) => one.Outcome == Outcome.Abandoned ? 0 : 1),
        ["offload-rate"] = new(Making.Rate, Offloaded, Offloadable, AllChannels: true),
        ["offload-rate-standardised"] = new(Making.Standardised, Offloaded, Offloadable, AllChannels: true),
        ["customers"] = new(Making.Distinct, Successes),
        ["electronic-customers"] = new(Making.Distinct, ElectronicSuccesses),
        ["active-customers"] = new(Making.Distinct, Attempts),
        ["penetration"] = new(Making.DistinctRate, ElectronicSuccesses, Attempts, AllChannels: true),
        ["amount"] = new(Making.Sum, Amount),
        ["payment-amount"] = new(Making.Sum, Payments),
        ["electronic-payment-amount"] = new(Making.Sum, ElectronicPayments),
        ["electronic-payment-share"] = new(Making.Rate, ElectronicPayments, Payments),
        ["package-volume"] = new(Making.Sum, static (in one) => one.Service == Service.PlanChange ? ElectronicSuccesses(one) : 0),
        ["campaign-volume"] = new(Making.Sum, static (in one) => one.Service == Service.CampaignJoin ? ElectronicSuccesses(one) : 0),
        ["number-selection-volume"] = new(Making.Sum, static (in one) => one.Service == Service.NumberSelect ? ElectronicSuccesses(one) : 0),
        ["duration-p50"] = new(Making.Quantile, Successes, Quantile: .5),
        ["duration-p90"] = new(Making.Quantile, Successes, Quantile: .9),
        ["duration-p99"] = new(Making.Quantile, Successes, Quantile: .99),
    };
}
