using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Offload.Experiments;

/// <summary>One arm as it stands.</summary>
/// <param name="Customers">Who count.</param>
/// <param name="Judged">Whose window is over.</param>
/// <param name="Successes">Of those: who succeeded on an e-channel with the same group of services within the window.</param>
/// <param name="Accepted">Who accepted an offer; of the treated alone.</param>
/// <param name="Saving">Σ saving of the judged, fen.</param>
internal sealed record Arm(long Customers, long Judged, long Successes, long Accepted, long AcceptedAndSuccessful, long Saving)
{
    public static readonly Arm None = new(0, 0, 0, 0, 0, 0);
}

/// <summary>What may be said of the effect, and why.</summary>
internal static class Verdicts
{
    public const string KeepRunning = "keep-running";
    public const string Works = "works";
    public const string Harms = "harms";
    public const string NoDifference = "no-difference-yet";
    public const string Invalid = "invalid";
}

/// <summary>
/// The effect of guidance by intent to treat against the permanent holdout: customers who were eligible, whether or not an offer was shown;
/// their outcome and window were fixed with their first decision.
/// </summary>
/// <param name="Measured">Null while an arm has nobody judged.</param>
/// <param name="SampleRatioP">How often chance alone would make arms of these sizes; null while nobody counts.</param>
/// <param name="Verdict">One of <see cref="Verdicts"/>.</param>
/// <param name="DaysLeft">Until a verdict is given at all.</param>
internal sealed record Effect(
    Arm Treated, Arm Held, IncrementalEffect? Measured, double? SampleRatioP, string Verdict, int DaysLeft)
{
    /// <summary>Two whole weeks: what people do differs by weekday.</summary>
    public const int FewestDays = 14;

    /// <summary>The check is made again and again.</summary>
    private const double SampleRatioAlarm = 0.001;

    /// <param name="holdoutPercent">The share of the hash.</param>
    /// <param name="since">When the first customer came in; null: nobody did.</param>
    public static Effect Of(Arm treated, Arm held, double holdoutPercent, DateTimeOffset? since, DateTimeOffset now)
    {
        var ratio = holdoutPercent is > 0 and < 100 ? SampleRatio.Test([treated.Customers, held.Customers], [100 - holdoutPercent, holdoutPercent]) : null;
        var judged = treated.Judged + held.Judged;
        var measured = IncrementalEffect.Of(treated.Successes, treated.Judged, held.Successes, held.Judged, judged == 0 ? 0 : (double)(treated.Saving + held.Saving) / judged);
        var left = since is { } first ? Math.Max(0, FewestDays - (int)(now - first).TotalDays) : FewestDays;
        return new Effect(treated, held, measured, ratio?.P, Judge(measured, ratio?.P, left), left);
    }

    private static string Judge(IncrementalEffect? measured, double? ratio, int left)
    {
        if (ratio < SampleRatioAlarm) return Verdicts.Invalid;
        if (left > 0 || measured?.AlwaysValid is not { } interval) return Verdicts.KeepRunning;
        return interval.Low > 0 ? Verdicts.Works : interval.High < 0 ? Verdicts.Harms : Verdicts.NoDifference;
    }
}
