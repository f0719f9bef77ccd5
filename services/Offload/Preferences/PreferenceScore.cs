using ECommerce.Channels.Contracts.Transactions;

namespace ECommerce.Channels.Offload.Preferences;

/// <summary>How much a customer is drawn to a channel, by the operator's own score: points, and nothing else.</summary>
/// <param name="Current">For what was done on the channel, 0 to 100.</param>
/// <param name="Potential">For what lets expect that it would be used, 0 to 100.</param>
internal readonly record struct PreferenceScore(int Current, int Potential)
{
    public int Total => Math.Min(100, Current + Potential);

    /// <summary>One of ten, 10 the highest: each ten points wide, 0 to 9 points is 1.</summary>
    public int Bin => Math.Min(10, 1 + (Total / 10));
}

/// <summary>What there is to know of a customer and a channel before scoring.</summary>
/// <param name="Uses">Transactions on the channel in the last 180 days.</param>
/// <param name="Periods">In how many of the last six times 30 days there was one, 0 to 6.</param>
/// <param name="OtherElectronic">Transactions on other e-channels in the last 180 days.</param>
/// <param name="ElectronicLately">A success on any e-channel in the last 30 days.</param>
/// <param name="Complaints">About the channel, opened in the last 180 days.</param>
/// <param name="Refusals">Of offers of the channel, in the last 90 days.</param>
/// <param name="Disliked">The customer said no to being led to it.</param>
internal readonly record struct ScoreFacts(int Uses, int Periods, int OtherElectronic, bool ElectronicLately, int Complaints, int Refusals, bool Disliked);

/// <summary>
/// Points of the operator's preference score (four provinces' practice, 2007–2010): points for times used, a bonus for frequency, points
/// for potential, deductions for complaints, refusals and stated dislike. Current and potential preference are kept apart, and the
/// deductions are made from both.
/// </summary>
internal static class Scoring
{
    /// <summary>How far back uses count.</summary>
    public const int Days = 180;

    /// <summary>Uses from which on a customer prefers a channel: more than six in half a year.</summary>
    public const int PreferringFrom = 7;

    private const int PerUse = 5;
    private const int MostForUses = 60;
    private const int PerPeriod = 5;
    private const int PerOtherUse = 2;
    private const int MostForOtherUses = 20;
    private const int ForActivity = 10;
    private const int PerComplaint = 15;
    private const int PerRefusal = 10;
    private const int ForDislike = 50;

    public static PreferenceScore Of(in ScoreFacts facts)
    {
        var deduction = (facts.Complaints * PerComplaint) + (facts.Refusals * PerRefusal) + (facts.Disliked ? ForDislike : 0);
        var current = Math.Min(MostForUses, facts.Uses * PerUse) + (facts.Periods * PerPeriod);
        var potential = Math.Min(MostForOtherUses, facts.OtherElectronic * PerOtherUse) + (facts.ElectronicLately ? ForActivity : 0);
        return new PreferenceScore(Math.Max(0, current - deduction), Math.Max(0, potential - Math.Max(0, deduction - current)));
    }
}

/// <summary>
/// How a customer's contacts spread over channels: the mean of a Beta posterior of the share of the channel, in which a contact counts
/// half as much after <see cref="HalfLifeDays"/> days. Before the first contact every channel has the same share.
/// </summary>
internal static class ChannelShare
{
    public const double HalfLifeDays = 60;

    /// <param name="on">Decayed contacts on the channel.</param>
    /// <param name="all">Decayed contacts on all channels.</param>
    /// <param name="channels">How many channels there are.</param>
    public static double Mean(double on, double all, int channels) => (1 + on) / (channels + all);

    public static double Weight(double daysAgo) => Math.Pow(0.5, Math.Max(0, daysAgo) / HalfLifeDays);
}

/// <summary>The chance that this customer succeeds on a channel: own tries, decayed, beside ten tries that went as the channel goes now.</summary>
internal static class SuccessChance
{
    private const double WeightOfAll = 10;

    /// <param name="successes">Decayed, of this customer on the channel.</param>
    /// <param name="tries">Decayed successes and failures.</param>
    /// <param name="overall">Success rate of the channel with this service, 0 to 1.</param>
    public static double Of(double successes, double tries, double overall) => (successes + (WeightOfAll * overall)) / (tries + WeightOfAll);

    public static bool IsTry(Outcome outcome) => outcome != Outcome.Abandoned;
}
