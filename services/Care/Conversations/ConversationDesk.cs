using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Security;
using Npgsql;
using Said = ECommerce.Channels.Care.Conversations.Message;

namespace ECommerce.Channels.Care.Conversations;

/// <summary>What is done to conversations: judged on the row as it is, with its message and its event in one transaction.</summary>
internal sealed class ConversationDesk(NpgsqlDataSource database, MessageStore messages, Outbox outbox, AuditLog audit, TimeProvider time)
{
    /// <summary>How the customer's own messages are signed.</summary>
    internal const string Author = "customer";

    /// <summary>A customer comes, with the first words where they are said at once.</summary>
    public async Task<Conversation> OpenAsync(OpenInput input, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var one = new Conversation(
            "v_" + Guid.CreateVersion7().ToString("N"), input.Customer, input.Channel, input.Skill, input.Service, input.Task, input.Language, Conversation.Waiting,
            null, null, input.Text is null ? 0 : 1, now, null, null, null, null, null, 1);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ConversationStore.AddAsync(transaction, one, cancellation);
        if (input.Text is { } text)
            await messages.AddAsync(transaction, one, NewMessage(one, new Sending(Said.Customer, Said.Plain, Author, "first", text, null), 1), cancellation);
        await ConversationEvents.TellAsync(outbox, transaction, one, ConversationEvents.Opened, cancellation);
        await transaction.CommitAsync(cancellation);
        return one;
    }

    /// <summary>Sends a message, once whatever happens: the same sender's same id is the message that is there already.</summary>
    /// <returns>The message, and whether it was there before; or why not; or nothing at all where there is no such conversation.</returns>
    public async Task<(Refusal Refused, Message? Message, bool Known)?> SendAsync(string id, Sending sending, string[]? regions, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await ConversationStore.HoldAsync(transaction, id, regions, cancellation) is not { } one) return null;
        if (await messages.FindAsync(connection, one, sending.Author, sending.ClientId, cancellation) is { } known) return (Refusal.None, known, true);
        var unseen = await UnseenAsync(connection, one, sending, cancellation);
        if (ConversationRules.Judge(one, sending, unseen) is not Refusal.None and var refused) return (refused, null, false);
        var message = NewMessage(one, sending, one.LastSeq + 1);
        await messages.AddAsync(transaction, one, message, cancellation);
        var isFirstReply = one.FirstReplyAt is null && message is { Side: Said.Agent, IsPublic: true };
        var after = one with { LastSeq = message.Seq, FirstReplyAt = isFirstReply ? message.At : one.FirstReplyAt, Revision = one.Revision + 1 };
        await ConversationStore.SaveAsync(transaction, after, cancellation);
        if (isFirstReply) await ConversationEvents.TellAsync(outbox, transaction, after, ConversationEvents.Replied, cancellation);
        await transaction.CommitAsync(cancellation);
        return (Refusal.None, message, false);
    }

    /// <summary>Gives it to an agent, from the queue or from another one. To whom it is given already it stays as it was.</summary>
    public Task<(Refusal Refused, Conversation? After)?> AssignAsync(string id, string agent, string reason, string by, string[]? regions, CancellationToken cancellation) =>
        ChangeAsync(id, regions, by, "conversation.assign", ConversationEvents.Assigned, one => one switch
        {
            { State: Conversation.Closed } => (Refusal.Closed, one),
            { Agent: { } same } when same == agent => (Refusal.None, one),
            _ => (Refusal.None, one with { State = Conversation.Active, Agent = agent, Reason = reason, AssignedAt = time.GetUtcNow() }),
        }, cancellation);

    /// <summary>Ends it. Whoever serves it may, and a supervisor.</summary>
    public Task<(Refusal Refused, Conversation? After)?> CloseAsync(string id, string agent, bool anyone, string reason, string by, string[]? regions, CancellationToken cancellation) =>
        ChangeAsync(id, regions, by, "conversation.close", ConversationEvents.Closed, one => one switch
        {
            { State: Conversation.Closed } => (Refusal.None, one),
            _ when one.Agent != agent && !anyone => (Refusal.NotYours, one),
            _ => (Refusal.None, one with { State = Conversation.Closed, CloseReason = reason, ClosedAt = time.GetUtcNow() }),
        }, cancellation);

    /// <summary>What the customer thinks of it, once it is over; the last word counts.</summary>
    public Task<(Refusal Refused, Conversation? After)?> RateAsync(string id, int rating, string by, string[]? regions, CancellationToken cancellation) =>
        ChangeAsync(id, regions, by, "conversation.rate", ConversationEvents.Rated, one => one switch
        {
            { State: not Conversation.Closed } => (Refusal.NotYours, one),
            { Rating: { } same } when same == rating => (Refusal.None, one),
            _ => (Refusal.None, one with { Rating = rating }),
        }, cancellation);

    private async Task<(Refusal Refused, Conversation? After)?> ChangeAsync(
        string id, string[]? regions, string by, string action, string what, Func<Conversation, (Refusal, Conversation)> change, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await ConversationStore.HoldAsync(transaction, id, regions, cancellation) is not { } before) return null;
        var (refused, changed) = change(before);
        if (refused != Refusal.None) return (refused, null);
        if (changed == before) return (Refusal.None, before);
        var after = changed with { Revision = before.Revision + 1 };
        await ConversationStore.SaveAsync(transaction, after, cancellation);
        await ConversationEvents.TellAsync(outbox, transaction, after, what, cancellation);
        await audit.AppendAsync(transaction, by, action, id, new { after.State, after.Agent, after.Revision }, cancellation);
        await transaction.CommitAsync(cancellation);
        return (Refusal.None, after);
    }

    /// <summary>Public messages of others that an agent who answers was not shown.</summary>
    private async Task<int> UnseenAsync(NpgsqlConnection connection, Conversation one, Sending sending, CancellationToken cancellation) =>
        sending is { Side: Said.Agent, Kind: Said.Plain, Seen: { } seen } && seen < one.LastSeq
            ? (await messages.ReadAsync(connection, one, seen, notes: false, limit: 100, cancellation)).Count(message => message.Author != sending.Author)
            : 0;

    private Message NewMessage(Conversation one, Sending sending, long seq) =>
        new(seq, sending.Side, sending.Kind, sending.Author, sending.ClientId, PhoneNumbers.Mask(sending.Text), time.GetUtcNow());
}
