using ECommerce.Channels.Care.Desk;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Security;
using Npgsql;
using Said = ECommerce.Channels.Care.Conversations.Message;

namespace ECommerce.Channels.Care.Conversations;

/// <summary>What is done to conversations: judged on the row as it is, with its message and its event in one transaction.</summary>
internal sealed class ConversationDesk(
    NpgsqlDataSource database, MessageStore messages, FirstReplyPromise promise, Outbox outbox, AuditLog audit, TimeProvider time)
{
    /// <summary>How the customer's own messages are signed.</summary>
    internal const string Author = "customer";

    /// <summary>What it came to where the customer ended it.</summary>
    internal const string LeftReason = "customer-left";

    /// <summary>A customer comes, with the first words where they are said at once. Under the same key it is the same conversation.</summary>
    public async Task<Conversation> OpenAsync(OpenInput input, CallersKey? key, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var id = key?.IdOf("v_") ?? NewId();
        if (key is not null && await ConversationStore.HoldAsync(transaction, id, regions: null, cancellation) is { } made) return made;
        var one = await OpenAsync(transaction, id, input, cancellation);
        await transaction.CommitAsync(cancellation);
        return one;
    }

    /// <summary>The same, in a transaction of the caller's.</summary>
    public Task<Conversation> OpenAsync(NpgsqlTransaction transaction, OpenInput input, CancellationToken cancellation) =>
        OpenAsync(transaction, NewId(), input, cancellation);

    private static string NewId() => "v_" + Guid.CreateVersion7().ToString("N");

    private async Task<Conversation> OpenAsync(NpgsqlTransaction transaction, string id, OpenInput input, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var said = input.Text is not null;
        var one = new Conversation(
            id, input.Customer, input.Channel, input.Skill, input.Service, input.Task, input.Language, Conversation.Waiting,
            null, null, said ? 1 : 0, now, null, await promise.DueAsync(now, cancellation), null, said ? Said.Customer : null, said ? now : null, null, null, null, 1);
        await ConversationStore.AddAsync(transaction, one, cancellation);
        if (input.Text is { } text)
            await messages.AddAsync(transaction, one, NewMessage(one, new Sending(Said.Customer, Said.Plain, Author, "first", text, null), 1), cancellation);
        await ConversationEvents.TellAsync(outbox, transaction, one, ConversationEvents.Opened, cancellation);
        await HintAsync(transaction, one, note: false, cancellation);
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
        var after = ConversationRules.After(one, message);
        await ConversationStore.SaveAsync(transaction, after, cancellation);
        if (after.FirstReplyAt != one.FirstReplyAt) await ConversationEvents.TellAsync(outbox, transaction, after, ConversationEvents.Replied, cancellation);
        await HintAsync(transaction, after, note: !message.IsPublic, cancellation);
        await transaction.CommitAsync(cancellation);
        return (Refusal.None, message, false);
    }

    /// <summary>Gives it to an agent. To whom it is given already it stays as it was.</summary>
    /// <param name="anyone">Also from another agent, who has it; else from the queue alone.</param>
    public Task<(Refusal Refused, Conversation? After)?> AssignAsync(
        string id, string agent, bool anyone, string reason, string by, string[]? regions, CancellationToken cancellation) =>
        ChangeAsync(id, regions, by, "conversation.assign", ConversationEvents.Assigned, one => one switch
        {
            { State: Conversation.Closed } => (Refusal.Closed, one),
            { Agent: { } same } when same == agent => (Refusal.None, one),
            { Agent: not null } when !anyone => (Refusal.NotYours, one),
            _ => (Refusal.None, one with { State = Conversation.Active, Agent = agent, Reason = reason, AssignedAt = time.GetUtcNow() }),
        }, cancellation);

    /// <summary>Gives one that still waits to the agent who was chosen for it.</summary>
    /// <returns>Whether it waited still.</returns>
    public async Task<bool> DispatchAsync(Assignment chosen, CancellationToken cancellation)
    {
        var done = await ChangeAsync(chosen.Conversation, null, "system", "conversation.assign", ConversationEvents.Assigned, one => one.State != Conversation.Waiting
            ? (Refusal.NotYours, one)
            : (Refusal.None, one with { State = Conversation.Active, Agent = chosen.Agent, Reason = chosen.Reason, AssignedAt = time.GetUtcNow() }), cancellation);
        return done is { Refused: Refusal.None };
    }

    /// <summary>Gives it back to the queue, where it keeps the place that its coming gave it.</summary>
    /// <param name="agent">Who has it; null for whoever does.</param>
    /// <param name="skill">What it takes to serve it, if that is another than was thought.</param>
    public Task<(Refusal Refused, Conversation? After)?> ReleaseAsync(
        string id, string? agent, string? skill, string by, string[]? regions, CancellationToken cancellation) =>
        ChangeAsync(id, regions, by, "conversation.release", ConversationEvents.Released, one => one switch
        {
            { State: Conversation.Closed } => (Refusal.Closed, one),
            _ when agent is not null && one.Agent != agent => (Refusal.NotYours, one),
            _ => (Refusal.None, one with { State = Conversation.Waiting, Agent = null, Reason = null, AssignedAt = null, Skill = skill ?? one.Skill }),
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
        await HintAsync(transaction, after, note: false, cancellation);
        await transaction.CommitAsync(cancellation);
        return (Refusal.None, after);
    }

    private static Task HintAsync(NpgsqlTransaction transaction, Conversation one, bool note, CancellationToken cancellation) => CareChanges.TellAsync(
        transaction, one.Customer, new { kind = CareChanges.Conversation, id = one.Id, state = one.State, agent = one.Agent, lastSeq = one.LastSeq, note }, cancellation);

    /// <summary>Public messages of others that an agent who answers was not shown.</summary>
    private async Task<int> UnseenAsync(NpgsqlConnection connection, Conversation one, Sending sending, CancellationToken cancellation) =>
        sending is { Side: Said.Agent, Kind: Said.Plain, Seen: { } seen } && seen < one.LastSeq
            ? (await messages.ReadAsync(connection, one, seen, notes: false, limit: 100, cancellation)).Count(message => message.Author != sending.Author)
            : 0;

    private Message NewMessage(Conversation one, Sending sending, long seq) =>
        new(seq, sending.Side, sending.Kind, sending.Author, sending.ClientId, PhoneNumbers.Mask(sending.Text), time.GetUtcNow());
}
