using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo.Serving;

/// <summary>A conversation as care tells of it; what the demo has to know of it is all there.</summary>
/// <param name="LastSeq">Number of the last message.</param>
/// <param name="LastSide">Who had the last word: customer or agent.</param>
internal sealed record Chat(
    string Id, string Customer, string Channel, string? Service, string? Task, string Language, string State, string? Agent, long LastSeq,
    DateTimeOffset OpenedAt, DateTimeOffset? AssignedAt, DateTimeOffset? FirstReplyDue, DateTimeOffset? FirstReplyAt, string? LastSide, DateTimeOffset? LastAt,
    int? Rating)
{
    public const string Waiting = "waiting";
    public const string Active = "active";
    public const string Closed = "closed";
    private const string Agents = "agent";

    private const ulong Place = 0x7E1A;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(150);

    /// <summary>Since when it is the agent's turn, or the customer's.</summary>
    private DateTimeOffset Since => AssignedAt > LastAt ? AssignedAt.Value : LastAt ?? OpenedAt;

    /// <summary>What the customer does now.</summary>
    public ChatStep OfCustomer(ChatPlan plan, in DemoEvent cause, ulong seed, DateTimeOffset now)
    {
        if (LastSide != Agents) return Waits(plan, now);
        if (State == Waiting || plan.FallsSilent || LastSeq > (2 * plan.Exchanges) + 1) return now - Since > plan.Patience && State == Waiting ? ChatStep.Leave : ChatStep.None;
        return now - Since >= Pause(cause, seed, 8, 40) ? ChatStep.Say : ChatStep.None;
    }

    /// <summary>What the agent does now, who has it.</summary>
    public ChatStep OfAgent(ChatPlan plan, in DemoEvent cause, ulong seed, DateTimeOffset now)
    {
        if (plan.HasAll(LastSeq)) return now - Since >= Pause(cause, seed, 8, 25) ? ChatStep.Close : ChatStep.None;
        if (LastSide == Agents) return now - Since >= Silence ? ChatStep.Close : ChatStep.None;
        return now - Since >= Pause(cause, seed, 10, 60) ? ChatStep.Say : ChatStep.None;
    }

    private ChatStep Waits(ChatPlan plan, DateTimeOffset now)
    {
        if (State == Waiting && now - OpenedAt > plan.Patience) return ChatStep.Leave;
        return FirstReplyAt is null && plan.SaysMore && LastSeq == 1 && now - OpenedAt > plan.Patience / 3 ? ChatStep.Say : ChatStep.None;
    }

    /// <summary>How long somebody takes now, in seconds; another time for every message.</summary>
    private TimeSpan Pause(in DemoEvent cause, ulong seed, int from, int to)
    {
        var dice = Comer.DiceOf(seed, cause, Place + (ulong)LastSeq);
        return TimeSpan.FromSeconds(from + (dice.Part() * (to - from)));
    }
}

/// <summary>What somebody does with a conversation.</summary>
internal enum ChatStep
{
    None,
    Say,

    /// <summary>The customer gives up.</summary>
    Leave,

    /// <summary>The agent ends it.</summary>
    Close,
}
