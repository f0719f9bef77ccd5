using ECommerce.Channels.Care.Customers;

namespace ECommerce.Channels.Care.Conversations;

/// <summary>An agent who takes conversations now.</summary>
/// <param name="Skills">What the agent can be asked about; <c>*</c> is anything.</param>
/// <param name="Regions">Region codes whose customers the agent may see; null is all, and those without a region.</param>
/// <param name="Load">Conversations the agent has.</param>
/// <param name="Capacity">How many the agent takes at a time.</param>
/// <param name="FreeSince">Since when the agent was given nothing.</param>
public sealed record AgentOnDuty(
    string User, IReadOnlySet<string> Skills, IReadOnlySet<string>? Regions, int Load, int Capacity, DateTimeOffset FreeSince)
{
    public bool IsFree => Load < Capacity;

    /// <summary>Whether the agent may see the customer at all.</summary>
    public bool Sees(WaitingCustomer one) => Regions is null || (one.Region is not null && Regions.Contains(one.Region));

    public bool CanServe(WaitingCustomer one) => Sees(one) && (Skills.Contains("*") || Skills.Contains(one.Skill));
}

/// <summary>A conversation that waits for an agent.</summary>
/// <param name="Skill">What it takes to serve it.</param>
/// <param name="Manager">User name of the customer's dedicated manager.</param>
/// <param name="Since">When the customer came; a conversation that was given back keeps it.</param>
public sealed record WaitingCustomer(string Conversation, string Skill, string? Tier, string? Region, string? Manager, DateTimeOffset Since);

/// <summary>Why an agent was given a conversation; kept with it.</summary>
public static class RoutingReason
{
    /// <summary>专属客户经理: the customer's own manager.</summary>
    public const string DedicatedManager = "dedicated-manager";

    /// <summary>The customer has a manager, who is not on duty or has no room.</summary>
    public const string Backup = "backup";

    /// <summary>By skill and by who was free longest.</summary>
    public const string Skill = "skill";
}

public sealed record Assignment(string Conversation, string Agent, string Reason);

/// <summary>Who serves whom. Pure: the same queue and the same agents give the same answer.</summary>
public static class Routing
{
    /// <summary>Waiting for so long counts as much as one tier more: an ordinary customer does not wait for ever behind new gold ones.</summary>
    public static readonly TimeSpan TierStep = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Gives waiting conversations to free agents: the most urgent first, each to the customer's dedicated manager if that one is on duty
    /// and has room, else to the eligible agent with the largest part of room left, of equals to who was free longest. Afterwards nobody
    /// waits whom a free agent could serve.
    /// </summary>
    public static IReadOnlyList<Assignment> Assign(IEnumerable<WaitingCustomer> waiting, IEnumerable<AgentOnDuty> agents, DateTimeOffset now)
    {
        var onDuty = agents.ToDictionary(agent => agent.User);
        var assigned = new List<Assignment>();
        foreach (var one in InOrder(waiting, now))
        {
            if (Choose(one, onDuty.Values) is not var (agent, reason)) continue;
            assigned.Add(new Assignment(one.Conversation, agent.User, reason));
            onDuty[agent.User] = agent with { Load = agent.Load + 1, FreeSince = now };
        }
        return assigned;
    }

    /// <summary>The queue as it is served: by tier and waiting time together, of equals who came first.</summary>
    public static IReadOnlyList<WaitingCustomer> InOrder(IEnumerable<WaitingCustomer> waiting, DateTimeOffset now) =>
    [
        .. waiting.OrderByDescending(one => Urgency(one, now)).ThenBy(one => one.Since).ThenBy(one => one.Conversation, StringComparer.Ordinal),
    ];

    /// <summary>Tiers above ordinary, and one more for each two minutes waited.</summary>
    public static double Urgency(WaitingCustomer one, DateTimeOffset now) => CustomerRules.RankOf(one.Tier) + ((now - one.Since) / TierStep);

    private static (AgentOnDuty, string)? Choose(WaitingCustomer one, IEnumerable<AgentOnDuty> agents)
    {
        // The dedicated manager is one point for the customer, whatever it is about.
        if (agents.FirstOrDefault(agent => agent.User == one.Manager && agent.IsFree && agent.Sees(one)) is { } manager) return (manager, RoutingReason.DedicatedManager);
        var chosen = agents.Where(agent => agent.IsFree && agent.CanServe(one))
            .OrderBy(agent => (double)agent.Load / agent.Capacity).ThenBy(agent => agent.FreeSince).ThenBy(agent => agent.User, StringComparer.Ordinal).FirstOrDefault();
        return chosen is null ? null : (chosen, one.Manager is null ? RoutingReason.Skill : RoutingReason.Backup);
    }
}
