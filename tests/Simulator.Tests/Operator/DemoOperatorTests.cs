using ECommerce.Channels.Simulator.Operator;
using Xunit;

namespace ECommerce.Channels.Simulator.Tests.Operator;

public sealed class DemoOperatorTests
{
    private static readonly DateOnly Day = new(2026, 9, 9);

    [Fact]
    public void EventsOf_TheSameDayOfAnotherMaking_AreTheSame()
    {
        var again = new DemoOperator(DemoOperator.DefaultSeed, Worlds.Anchor, Worlds.Zone);
        // Another order of asking changes nothing either.
        again.EventsOf(Day.AddDays(5));
        Assert.Equal(Worlds.Demo.EventsOf(Day), again.EventsOf(Day));
    }

    [Fact]
    public void EventsOf_AnotherSeed_AreOthers()
    {
        var other = new DemoOperator(7, Worlds.Anchor, Worlds.Zone);
        Assert.NotEqual(Worlds.Demo.EventsOf(Day).Take(100), other.EventsOf(Day).Take(100));
    }

    [Fact]
    public void EventsOf_ADay_LieInItInOrderWithIdsOfTheirOwn()
    {
        var events = Worlds.Demo.EventsOf(Day);
        Assert.InRange(events.Length, 4_000, 8_000);
        Assert.All(events, one => Assert.InRange(one.At, Worlds.Demo.StartOf(Day).ToUnixTimeMilliseconds(), Worlds.Demo.StartOf(Day.AddDays(1)).ToUnixTimeMilliseconds() - 1));
        Assert.Equal(events.OrderBy(one => one.At).Select(one => one.At), events.Select(one => one.At));
        Assert.Equal(events.Length, events.Select(one => one.Id).Distinct().Count());
    }

    [Fact]
    public void EventsOf_ACrowd_AreOtherCustomersOfTheSameKind()
    {
        var crowd = Worlds.Demo.EventsOf(Day, crowd: 3);
        Assert.All(crowd, one => Assert.InRange(one.Customer, 3 * DemoOperator.DefaultPopulation, (4 * DemoOperator.DefaultPopulation) - 1));
        Assert.InRange(crowd.Length, .9 * Worlds.Demo.EventsOf(Day).Length, 1.1 * Worlds.Demo.EventsOf(Day).Length);
    }

    [Fact]
    public void EventsOf_Tasks_CrossChannelsAfterAFailure()
    {
        var crossed = Worlds.Demo.EventsOf(Day).GroupBy(one => one.TaskId).Select(task => task.OrderBy(one => one.Step).ToList())
            .Where(task => task[0] is { Channel: Channel.App, Outcome: Outcome.Failed } && task.Exists(one => one.Channel == Channel.Agent)).ToList();
        Assert.True(crossed.Count > 10, $"{crossed.Count} tasks went from the app to an agent");
        Assert.All(crossed, task =>
        {
            Assert.Single(task.Select(one => (one.Customer, one.Service)).Distinct());
            Assert.Equal(task.OrderBy(one => one.At).Select(one => one.Step), task.Select(one => one.Step));
        });
    }

    [Fact]
    public void EventsOf_HoursOfChannels_AreBelievable()
    {
        var events = Worlds.Demo.EventsOf(Day);
        double share(Channel channel, int from, int to)
        {
            var hours = events.Where(one => one.Channel == channel).Select(one => Worlds.Demo.LocalOf(DateTimeOffset.FromUnixTimeMilliseconds(one.At)).Hour).ToList();
            return hours.Count(hour => hour >= from && hour < to) / (double)hours.Count;
        }

        Assert.Equal(0, share(Channel.Counter, 0, 8));
        Assert.True(share(Channel.App, 18, 23) > share(Channel.Web, 18, 23));
        Assert.True(share(Channel.App, 0, 6) < .1);
    }

    [Fact]
    public void EventsOf_SpringFestivalAndBillingDays_DifferFromOrdinaryOnes()
    {
        var ordinary = Worlds.Demo.EventsOf(new DateOnly(2026, 3, 11)).Length;
        Assert.InRange(Worlds.Demo.EventsOf(new DateOnly(2026, 2, 17)).Length, .3 * ordinary, .65 * ordinary);
        Assert.True(Worlds.Demo.EventsOf(new DateOnly(2026, 2, 11)).Length > 1.1 * ordinary);
        static double topUps(DateOnly day) => Worlds.Demo.EventsOf(day).Count(one => one.Service == Service.TopUp);
        Assert.True(topUps(new DateOnly(2026, 3, 2)) > 1.4 * topUps(new DateOnly(2026, 3, 11)));
    }

    [Fact]
    public void Customers_Hidden_AreOfAllKinds()
    {
        var customers = Enumerable.Range(0, 5_000).Select(Worlds.Demo.CustomerOf).ToList();
        Assert.Equal(5, customers.Select(customer => customer.Habit).Distinct().Count());
        Assert.Equal(5, customers.Select(customer => customer.Tier).Distinct().Count());
        Assert.Equal(16, customers.Select(customer => customer.Consents).Distinct().Count());
        Assert.Equal(3, customers.Select(customer => customer.Activity.StageOn(Worlds.Today.DayNumber)).Distinct().Count());
        Assert.Equal(Codes.Cities, customers.Select(customer => customer.Region).Distinct().Count());
        // Who is used to the web hall goes there: the taste is the customer's own.
        var web = customers.Where(customer => customer.Habit == Habit.Web).Select(customer => customer.Number).ToHashSet();
        var theirs = Worlds.Demo.EventsOf(Day).Where(one => web.Contains(one.Customer)).ToList();
        Assert.True(theirs.Count(one => one.Channel == Channel.Web) > theirs.Count * .25);
    }
}
