using System.Text.Json;
using ECommerce.Channels.Simulator.Demo;
using ECommerce.Channels.Simulator.Demo.Serving;
using ECommerce.Channels.Simulator.Operator;
using Xunit;

namespace ECommerce.Channels.Simulator.Tests.Demo.Serving;

/// <summary>Who comes to the desk, and what is known of them.</summary>
public sealed class ComerTests
{
    private static readonly DateTimeOffset Noon = Worlds.Demo.StartOf(new DateOnly(2026, 6, 3)).AddHours(12);

    /// <summary>However often it is asked, each comes once.</summary>
    [Fact]
    public void Between_CutAnywhere_BringsEachOnce()
    {
        var whole = Between(Noon, Noon.AddHours(2), []);
        var random = new Random(3);
        for (var cut = 0; cut < 20; cut++)
        {
            var at = Noon.AddSeconds(random.Next(7_200));
            Assert.Equal(Sorted(whole), Sorted([.. Between(Noon, at, []), .. Between(at, Noon.AddHours(2), [])]));
        }
        Assert.Equal(whole.Count, whole.DistinctBy(comer => comer.Cause.TaskId).Count());
    }

    /// <summary>Enough to have a desk busy by day, few enough for three agents and a person.</summary>
    [Fact]
    public void Between_AnHourOfTheDay_BringsAFewAMinute()
    {
        Assert.InRange(Between(Noon, Noon.AddHours(1), []).Count, 60, 360);
        Assert.InRange(Between(Noon, Noon.AddHours(1), [new SpeedChange(Noon.AddHours(-1), 100)]).Count, 60 * 10, 360 * 20);
    }

    [Fact]
    public void CauseOf_ATask_IsTheTransactionItBeganWith()
    {
        // Those of a hurried stream are no customers of the directory.
        var comers = Between(Noon, Noon.AddMinutes(30), [new SpeedChange(Noon.AddHours(-1), 3)]);
        Assert.Contains(comers, comer => comer.Cause.Customer >= Worlds.Demo.Population);
        Assert.All(comers, comer => Assert.Equal(comer.Cause, Comer.CauseOf(Worlds.Demo, comer.Cause.TaskId)));
        Assert.All(comers, comer => Assert.True(comer.At.ToUnixTimeMilliseconds() > comer.Cause.At));
        Assert.All((string?[])[null, "", "t-1", "d9999999.00001.1", comers[0].Cause.TaskId + ".0", "d1.fffffff.0"], task => Assert.Null(Comer.CauseOf(Worlds.Demo, task)));
    }

    [Fact]
    public void Line_OfACustomer_HasTheCatalogueWordsAndIsTheSameAgain()
    {
        var lines = DirectoryList.Lines(Worlds.Demo, 0, 300, Worlds.Today);
        Assert.Equal(lines, DirectoryList.Lines(Worlds.Demo, 0, 300, Worlds.Today));
        var customers = System.Text.Encoding.UTF8.GetString(lines).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Enumerable.Range(0, 300).Select(DemoEvent.PseudonymOf), customers.Select(one => one.GetProperty("customer").GetString()));
        Assert.All(customers, one => Assert.Contains(one.GetProperty("region").GetString(), Codes.Regions));
        Assert.All(customers, one => Assert.Contains(one.GetProperty("tier").GetString(), (string[])["ordinary", "silver", "gold", "diamond", "vip"]));
        Assert.All(customers, one => Assert.Equal(
            one.GetProperty("tier").GetString() is "diamond" or "vip", one.TryGetProperty("manager", out _)));
        Assert.InRange(customers.Count(one => one.GetProperty("consents").GetArrayLength() > 0), 100, 299);
    }

    private static List<string> Sorted(IEnumerable<Comer> comers) => [.. comers.Select(comer => $"{comer.At:O} {comer.Cause.TaskId}").Order(StringComparer.Ordinal)];

    private static List<Comer> Between(DateTimeOffset from, DateTimeOffset to, IReadOnlyList<SpeedChange> speeds) =>
        [.. Comer.Between(from, to, speeds, new Days(Worlds.Demo), Worlds.Demo.Seed)];
}
