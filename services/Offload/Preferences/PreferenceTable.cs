namespace ECommerce.Channels.Offload.Preferences;

/// <summary>What customers of one score did: a row of the operator's table.</summary>
/// <param name="Score">10 the highest.</param>
/// <param name="UsedMore">More than six times: those who prefer the channel.</param>
/// <param name="SharePreferring">UsedMore ÷ Customers; null without customers.</param>
/// <param name="CumulativeShare">Of all who prefer the channel, those of this score and above; null where nobody does.</param>
internal sealed record PreferenceRow(int Score, long Customers, long UsedNever, long UsedOneToSix, long UsedMore, double? SharePreferring, double? CumulativeShare);

/// <summary>How well a score, as it was before a month, tells what customers did in it.</summary>
/// <param name="AreaUsed">Area under the curve for "used it at all"; null where all did, or nobody.</param>
/// <param name="AreaPreferred">For "used it more than six times"; likewise.</param>
/// <param name="HitRate">Of the tenth with the highest score: how many used it.</param>
internal sealed record PreferenceTable(
    IReadOnlyList<PreferenceRow> Rows, long Customers, double? AreaUsed, double? AreaPreferred, double? HitRate, double? BaseRate)
{
    /// <param name="known">A customer's score before the month (of the model), its bin, and the uses in it.</param>
    public static PreferenceTable Of(List<(double Score, int Bin, int Uses)> known)
    {
        var all = known.Count(one => one.Uses >= Scoring.PreferringFrom);
        var rows = new List<PreferenceRow>(10);
        var above = 0L;
        for (var bin = 10; bin >= 1; bin--)
        {
            var here = known.Where(one => one.Bin == bin).ToList();
            var more = here.Count(one => one.Uses >= Scoring.PreferringFrom);
            above += more;
            rows.Add(new PreferenceRow(
                bin, here.Count, here.Count(one => one.Uses == 0), here.Count(one => one.Uses is > 0 and < Scoring.PreferringFrom), more,
                here.Count == 0 ? null : (double)more / here.Count, all == 0 ? null : (double)above / all));
        }
        var top = known.OrderByDescending(one => one.Score).Take(Math.Max(1, known.Count / 10)).ToList();
        return new PreferenceTable(
            rows, known.Count, Area(known, uses => uses > 0), Area(known, uses => uses >= Scoring.PreferringFrom),
            known.Count == 0 ? null : (double)top.Count(one => one.Uses > 0) / top.Count, known.Count == 0 ? null : (double)known.Count(one => one.Uses > 0) / known.Count);
    }

    private static double? Area(List<(double Score, int Bin, int Uses)> known, Func<int, bool> holds)
    {
        var sorted = known.OrderBy(one => one.Score).ToList();
        var positives = sorted.Count(one => holds(one.Uses));
        if (positives == 0 || positives == sorted.Count) return null;
        // Ranks of those who did, ties at their middle: the area is the chance that one who did has the higher score.
        double ranks = 0;
        for (var from = 0; from < sorted.Count;)
        {
            var to = from;
            while (to < sorted.Count && sorted[to].Score == sorted[from].Score) to++;
            ranks += sorted.GetRange(from, to - from).Count(one => holds(one.Uses)) * ((from + 1 + to) / 2.0);
            from = to;
        }
        return (ranks - (positives * (positives + 1.0) / 2)) / ((double)positives * (sorted.Count - positives));
    }
}
