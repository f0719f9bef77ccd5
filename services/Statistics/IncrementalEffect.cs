namespace ECommerce.Channels.Statistics;

/// <summary>What offers brought beyond what would have happened anyway.</summary>
/// <param name="Difference">Rate of the treated − rate of the holdout.</param>
/// <param name="AlwaysValid">Of the difference, however often it is looked at; null with too few customers.</param>
/// <param name="Fixed">Of the difference, 95 %, for one look alone (Newcombe); null where an arm is empty.</param>
/// <param name="Incremental">Difference × treated customers.</param>
/// <param name="SavedFen">Incremental × saving per customer, fen, rounded to the nearest, halves away from zero.</param>
public sealed record IncrementalEffect(double Difference, Interval? AlwaysValid, Interval? Fixed, double Incremental, long SavedFen)
{
    /// <summary>
    /// By intent to treat: everyone who was eligible counts in the arm of the hash, whether or not an offer was shown. 27,000 of 45,000
    /// treated against 2,400 of 5,000 held out: +12.0 points (10.5 to 13.5 at one look), 5,400 of the 27,000 are incremental.
    /// </summary>
    /// <param name="savingFen">Per customer who did it electronically, fen.</param>
    /// <returns>Null while an arm is empty.</returns>
    public static IncrementalEffect? Of(long treatedSuccesses, long treated, long heldSuccesses, long held, double savingFen)
    {
        if (treated == 0 || held == 0) return null;
        var (rate, without) = ((double)treatedSuccesses / treated, (double)heldSuccesses / held);
        var difference = rate - without;
        var incremental = difference * treated;
        return new IncrementalEffect(
            difference, Statistics.AlwaysValid.Difference(ArmSums.OfShare(heldSuccesses, held), ArmSums.OfShare(treatedSuccesses, treated)),
            Intervals.Newcombe(rate, treated, without, held), incremental, (long)Math.Round(incremental * savingFen, MidpointRounding.AwayFromZero));
    }
}
