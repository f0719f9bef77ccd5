using CsCheck;
using ECommerce.Channels.Offload.Preferences;
using Xunit;

namespace ECommerce.Channels.Offload.Tests.Preferences;

public sealed class PreferenceTableTests
{
    /// <summary>The operator's published table for SMS, in thousands of customers: score, never, one to six, more.</summary>
    private static readonly (int Score, int Never, int Some, int More)[] Published =
    [
        (10, 723, 1247, 1154), (9, 531, 568, 176), (8, 505, 413, 88), (7, 531, 361, 57), (6, 679, 326, 38), (5, 876, 335, 30), (4, 1173, 344, 24), (3, 1727, 375, 18),
        (2, 2382, 389, 12), (1, 1875, 238, 5),
    ];

    [Fact]
    public void Table_OfThePublishedCustomers_IsThePublishedOne()
    {
        var table = PreferenceTable.Of([.. Published.SelectMany(row => Some(row.Score, row.Never, 0).Concat(Some(row.Score, row.Some, 3)).Concat(Some(row.Score, row.More, 9)))]);
        Assert.Equal(Published.Select(row => (row.Score, (long)row.Never, (long)row.Some, (long)row.More)), table.Rows.Select(row => (row.Score, row.UsedNever, row.UsedOneToSix, row.UsedMore)));
        Assert.All(
            table.Rows.Zip([(0.369, 0.720), (0.138, 0.830), (0.088, 0.885), (0.060, 0.921), (0.037, 0.945)]),
            row => Assert.True(Math.Abs(row.First.SharePreferring!.Value - row.Second.Item1) < 0.001 && Math.Abs(row.First.CumulativeShare!.Value - row.Second.Item2) < 0.001));
        Assert.Equal(0.875, table.AreaPreferred!.Value, 0.001);
        Assert.Equal(1, table.Rows[^1].CumulativeShare);
    }

    [Fact]
    public void Area_OfAnything_IsTheChanceThatWhoDidScoredHigher() => Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9]).Array[2, 40].Sample(some =>
    {
        var table = PreferenceTable.Of([.. some.Select(one => ((double)one.Item1, 1, one.Item2))]);
        var (did, not) = (some.Where(one => one.Item2 > 0).ToList(), some.Where(one => one.Item2 == 0).ToList());
        double? expected = did.Count == 0 || not.Count == 0
            ? null
            : did.Average(a => not.Average(b => a.Item1 > b.Item1 ? 1 : a.Item1 == b.Item1 ? 0.5 : 0));
        Assert.Equal(expected is null, table.AreaUsed is null);
        if (expected is not null) Assert.Equal(expected.Value, table.AreaUsed!.Value, 9);
    });

    [Fact]
    public void Table_OfNobody_IsEmptyAndSaysSo()
    {
        var table = PreferenceTable.Of([]);
        Assert.Equal((0, null, null, null), (table.Customers, table.AreaUsed, table.HitRate, table.Rows[0].SharePreferring));
    }

    private static IEnumerable<(double, int, int)> Some(int score, int customers, int uses) => Enumerable.Repeat(((double)score, score, uses), customers);
}
