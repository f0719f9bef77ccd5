namespace ECommerce.Channels.Contracts.Events;

/// <summary>
/// A conversation as it is after a change; never what was said. Topic <c>channels.conversations</c>, key: the customer; the envelope's
/// subject is the conversation, its sequence <paramref name="Revision"/>.
/// </summary>
/// <param name="Customer">The pseudonym.</param>
/// <param name="Channel">Where the customer writes.</param>
/// <param name="Skill">What it takes to serve it.</param>
/// <param name="Language">zh-CN or en.</param>
/// <param name="State">waiting, active or closed.</param>
/// <param name="Agent">User name of whoever serves it.</param>
/// <param name="Reason">Why this agent: dedicated-manager, backup, skill, taken or assigned.</param>
/// <param name="Messages">How many there are, notes included.</param>
/// <param name="CloseReason">What it came to.</param>
/// <param name="Rating">1 to 5, by the customer.</param>
/// <param name="CustomerMessages">How many the customer wrote.</param>
/// <param name="AgentMessages">How many agents wrote to the customer; notes are none.</param>
/// <param name="CustomerReplies">How many the customer wrote after the first of an agent.</param>
/// <param name="Region">Of the customer in the directory then; null where it has none.</param>
/// <param name="Brand">Likewise.</param>
public sealed record ConversationFacts(
    string Id, string Customer, string Channel, string Skill, string? Service, string? Task, string Language, string State, string? Agent, string? Reason,
    long Messages, DateTimeOffset OpenedAt, DateTimeOffset? AssignedAt, DateTimeOffset? FirstReplyAt, DateTimeOffset? ClosedAt, string? CloseReason, int? Rating,
    int? CustomerMessages, int? AgentMessages, int? CustomerReplies, string? Region, string? Brand, long Revision);

/// <summary>A customer came.</summary>
public sealed record ConversationOpened(ConversationFacts Conversation)
{
    public const string Type = "channels.conversation.opened.v1";
}

/// <summary>It was given to an agent or went back to the queue, was answered for the first time, or rated.</summary>
/// <param name="What">assigned, released, replied or rated.</param>
public sealed record ConversationChanged(ConversationFacts Conversation, string What)
{
    public const string Type = "channels.conversation.changed.v1";
}

/// <summary>It is over.</summary>
public sealed record ConversationClosed(ConversationFacts Conversation)
{
    public const string Type = "channels.conversation.closed.v1";
}
