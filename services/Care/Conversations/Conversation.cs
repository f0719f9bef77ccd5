namespace ECommerce.Channels.Care.Conversations;

/// <summary>One conversation of a customer, without what was said.</summary>
/// <param name="Customer">The pseudonym, or the id of a visitor who is nobody we know.</param>
/// <param name="Skill">What it takes to serve it.</param>
/// <param name="State">waiting, active or closed.</param>
/// <param name="Agent">User name of whoever serves it.</param>
/// <param name="Reason">Why this agent: see <see cref="RoutingReason"/>, or <c>taken</c>, <c>assigned</c>.</param>
/// <param name="LastSeq">Number of the last message; they count from 1.</param>
/// <param name="FirstReplyDue">Until when a first reply is promised.</param>
/// <param name="LastSide">Who had the last word that the customer may read: customer or agent.</param>
/// <param name="LastAt">When that was.</param>
/// <param name="Rating">1 to 5, by the customer.</param>
/// <param name="Revision">Counts changes; the sequence of its events.</param>
public sealed record Conversation(
    string Id, string Customer, string Channel, string Skill, string? Service, string? Task, string Language, string State, string? Agent, string? Reason,
    long LastSeq, DateTimeOffset OpenedAt, DateTimeOffset? AssignedAt, DateTimeOffset? FirstReplyDue, DateTimeOffset? FirstReplyAt, string? LastSide,
    DateTimeOffset? LastAt, DateTimeOffset? ClosedAt, string? CloseReason, int? Rating, long Revision)
{
    public const string Waiting = "waiting";
    public const string Active = "active";
    public const string Closed = "closed";
}

/// <summary>One thing said.</summary>
/// <param name="Side">customer or agent.</param>
/// <param name="Kind">text, or note: for agents' eyes alone.</param>
/// <param name="ClientId">The sender's own id of it: the same again is the same message.</param>
/// <param name="Text">Numbers in it are masked. Null where the customer was erased.</param>
public sealed record Message(long Seq, string Side, string Kind, string Author, string ClientId, string? Text, DateTimeOffset At)
{
    public const string Customer = "customer";
    public const string Agent = "agent";
    public const string Plain = "text";
    public const string Note = "note";

    public bool IsPublic => Kind != Note;
}

/// <summary>A message to be sent.</summary>
/// <param name="Seen">Number of the last message that the sender was shown; agents have to say it.</param>
public sealed record Sending(string Side, string Kind, string Author, string ClientId, string Text, long? Seen);

/// <summary>Why something may not be done to a conversation as it is.</summary>
public enum Refusal
{
    None,

    /// <summary>It is over.</summary>
    Closed,

    /// <summary>Another agent serves it, or nobody yet: take it first.</summary>
    NotYours,

    /// <summary>Something was said that the sender was not shown.</summary>
    Stale,
}

public static class ConversationRules
{
    /// <summary>A conversation after one more message.</summary>
    public static Conversation After(Conversation one, Message message)
    {
        var after = one with { LastSeq = message.Seq, Revision = one.Revision + 1 };
        if (!message.IsPublic) return after;
        after = after with { LastSide = message.Side, LastAt = message.At };
        return message.Side == Message.Agent && one.FirstReplyAt is null ? after with { FirstReplyAt = message.At } : after;
    }

    /// <summary>
    /// Whether a message may be sent: nobody writes into what is over, only the agent who serves it answers the customer, and not over a
    /// message that the agent was not shown. A note is for everyone on the agents' side, at any time.
    /// </summary>
    /// <param name="unseen">Public messages of others after <see cref="Sending.Seen"/>.</param>
    public static Refusal Judge(Conversation one, Sending sending, int unseen) => (sending.Side, sending.Kind) switch
    {
        (_, Message.Note) => Refusal.None,
        _ when one.State == Conversation.Closed => Refusal.Closed,
        (Message.Customer, _) => Refusal.None,
        _ when one.Agent != sending.Author => Refusal.NotYours,
        _ => unseen > 0 ? Refusal.Stale : Refusal.None,
    };
}
