using CsCheck;
using ECommerce.Channels.Care.Conversations;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Conversations;

public sealed class RoutingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 9, 0, 0, TimeSpan.Zero);

    private static readonly Gen<AgentOnDuty> AnyAgent = Gen.Select(
        Gen.Int[0, 9], Gen.OneOf("billing", "network", "*"), Gen.Bool, Gen.Int[0, 4], Gen.Int[1, 4], Gen.Int[0, 60],
        (name, skill, everywhere, load, capacity, free) => Agent("a" + name, skill, load, capacity, free, everywhere ? null : "4401"));

    private static readonly Gen<WaitingCustomer> AnyCustomer = Gen.Select(
        Gen.OneOf("billing", "network"), Gen.OneOf("ordinary", "gold", "vip"), Gen.OneOf("4401", "4403"), Gen.Int[0, 12], Gen.Int[0, 30],
        (skill, tier, region, manager, waited) => Waiting("", skill, tier, waited, manager < 9 ? "a" + manager : null, region));

    [Fact]
    public void Assign_TheManagerIsOnDuty_IsGivenTheCustomerWhateverItIsAbout() =>
        Assert.Equal(
            [new Assignment("c1", "lin", RoutingReason.DedicatedManager)],
            Routing.Assign([Waiting("c1", "network", manager: "lin")], [Agent("wang", "network"), Agent("lin", "billing", load: 1)], Now));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Assign_TheManagerIsAwayOrFull_IsAnotherAsABackup(bool full)
    {
        List<AgentOnDuty> agents = [Agent("wang", "network")];
        if (full) agents.Add(Agent("lin", "*", load: 3));
        Assert.Equal([new Assignment("c1", "wang", RoutingReason.Backup)], Routing.Assign([Waiting("c1", "network", manager: "lin")], agents, Now));
    }

    [Fact]
    public void Assign_NobodyHasTheSkillOrTheRegion_LeavesTheCustomerWaiting()
    {
        Assert.Empty(Routing.Assign([Waiting("c1", "network")], [Agent("wang", "billing")], Now));
        Assert.Empty(Routing.Assign([Waiting("c1", "network", region: "4403")], [Agent("wang", "network", region: "4401")], Now));
        Assert.Empty(Routing.Assign([Waiting("c1", "network", region: null)], [Agent("wang", "network", region: "4401")], Now));
        Assert.Empty(Routing.Assign([Waiting("c1", "network", manager: "lin", region: "4403")], [Agent("lin", "network", region: "4401")], Now));
    }

    [Fact]
    public void Assign_SeveralAreFree_TakesWhoHasMostRoomThenWhoWasFreeLongest()
    {
        AgentOnDuty[] agents = [Agent("a", "*", load: 1, capacity: 2), Agent("b", "*", load: 1, capacity: 4, free: 1), Agent("c", "*", load: 1, capacity: 4, free: 30)];
        Assert.Equal(["c", "b", "a", "b"], Routing.Assign([Waiting("1", waited: 9), Waiting("2", waited: 8), Waiting("3", waited: 7), Waiting("4", waited: 6)], agents, Now).Select(one => one.Agent));
    }

    [Fact]
    public void InOrder_AHighTierComesFirst_UntilAnotherWaitedLonger()
    {
        Assert.Equal(["vip", "old"], Routing.InOrder([Waiting("old", waited: 7), Waiting("vip", tier: "vip")], Now).Select(one => one.Conversation));
        Assert.Equal(["old", "vip"], Routing.InOrder([Waiting("old", waited: 9), Waiting("vip", tier: "vip")], Now).Select(one => one.Conversation));
    }

    [Fact]
    public void Assign_AnyQueueAndAgents_LeavesNobodyWaitingWhomAFreeAgentCouldServe() => Gen.Select(AnyCustomer.Array[0, 20], AnyAgent.Array[0, 10]).Sample((customers, drawn) =>
    {
        var waiting = customers.Select((one, at) => one with { Conversation = "c" + at }).ToList();
        var agents = drawn.DistinctBy(agent => agent.User).ToDictionary(agent => agent.User);
        var assigned = Routing.Assign(waiting, agents.Values, Now);
        Assert.Equal(assigned.Count, assigned.Select(one => one.Conversation).Distinct().Count());
        foreach (var group in assigned.GroupBy(one => one.Agent))
            agents[group.Key] = agents[group.Key] with { Load = agents[group.Key].Load + group.Count() };
        // Whoever was given something had room for it.
        Assert.All(assigned.Select(one => agents[one.Agent]), agent => Assert.True(agent.Load <= agent.Capacity));
        var left = waiting.ExceptBy(assigned.Select(one => one.Conversation), one => one.Conversation);
        foreach (var one in left) Assert.DoesNotContain(agents.Values, agent => agent.IsFree && agent.CanServe(one));
    });

    [Fact]
    public void ExpectedWait_OfAPlace_IsThatManyTurnsOfTheAgents()
    {
        Assert.Equal(TimeSpan.FromMinutes(2), ExpectedWait.Of(1, 3, TimeSpan.FromMinutes(6)));
        Assert.Equal(TimeSpan.FromMinutes(8), ExpectedWait.Of(4, 3, TimeSpan.FromMinutes(6)));
        Assert.Null(ExpectedWait.Of(1, 0, TimeSpan.FromMinutes(6)));
        Assert.Null(ExpectedWait.Of(1, 3, null));
    }

    private static AgentOnDuty Agent(string user, string skill, int load = 0, int capacity = 3, int free = 5, string? region = null) =>
        new(user, new HashSet<string> { skill }, region is null ? null : new HashSet<string> { region }, load, capacity, Now.AddMinutes(-free));

    private static WaitingCustomer Waiting(string id, string skill = "network", string? tier = null, int waited = 0, string? manager = null, string? region = "4401") =>
        new(id, skill, tier, region, manager, Now.AddMinutes(-waited));
}
