using ECommerce.Channels.Care.Conversations;
using ECommerce.Channels.Care.Desk;
using ECommerce.Channels.Platform.Hosting;
using Npgsql;

namespace ECommerce.Channels.Care.Widget;

/// <summary>What a customer does from a page of a portal, in the conversation that the token stands for.</summary>
internal sealed class WidgetDesk(
    NpgsqlDataSource database, ConversationDesk desk, ConversationStore conversations, MessageStore messages, Queues queues, Attendances attendances)
{
    private const string By = "customer";
    private const int MostMessages = 500;

    /// <summary>Says something; the first word opens a conversation, and so does the first after one that is over.</summary>
    /// <returns>The message, and whether it was there before.</returns>
    public async Task<(Message Message, bool Known)> SayAsync(WidgetSession session, WordsInput words, CancellationToken cancellation)
    {
        var sending = new Sending(Message.Customer, Message.Plain, ConversationDesk.Author, words.ClientId, words.Text, null);
        for (var id = session.Conversation; ; id = await NextAsync(session, id, cancellation))
        {
            // Also into one that is over: there it may have been said before.
            if (id is not null && await desk.SendAsync(id, sending, regions: null, cancellation) is (Refusal.None, { } message, var known)) return (message, known);
        }
    }

    public async Task<WidgetBody> ReadAsync(WidgetSession session, long after, CancellationToken cancellation)
    {
        if (await FindAsync(session, cancellation) is not { } one) return new WidgetBody("none", [], false, null, false, null, session.Language);
        var read = await messages.ReadAsync(one, after, notes: false, MostMessages + 1, cancellation);
        return new WidgetBody(
            one.State, [.. read.Take(MostMessages).Select(Shown)], read.Count > MostMessages, await PlaceAsync(one, cancellation),
            one.State == Conversation.Active && await AgentTypesAsync(one, cancellation), one.Rating, session.Language);
    }

    /// <summary>The customer is done.</summary>
    public Task LeaveAsync(WidgetSession session, CancellationToken cancellation) => session.Conversation is not { } id
        ? Task.CompletedTask
        : desk.CloseAsync(id, By, anyone: true, ConversationDesk.LeftReason, By, regions: null, cancellation);

    /// <summary>False where there is nothing to rate yet.</summary>
    public async Task<bool> RateAsync(WidgetSession session, int rating, CancellationToken cancellation) =>
        session.Conversation is { } id && await desk.RateAsync(id, rating, By, regions: null, cancellation) is { Refused: Refusal.None };

    public static WidgetMessage Shown(Message one) => new(one.Seq, one.Side, one.ClientId, one.Text, one.At);

    /// <summary>The conversation after one that is over, or the first: opened under the lock of the token, so that a page that tries twice opens one.</summary>
    private async Task<string> NextAsync(WidgetSession session, string? over, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // The time of the token may be over by now, or the customer be forgotten.
        var held = await WidgetStore.HoldAsync(transaction, session.TokenHash, cancellation) ?? throw new ProblemException(Problem.Unauthenticated());
        if (held.Conversation is { } opened && opened != over) return opened;
        var input = new OpenInput(session.Customer, session.Channel, session.Skill, session.Service, session.Task, session.Language, null);
        var one = await desk.OpenAsync(transaction, input, cancellation);
        await WidgetStore.SaveAsync(transaction, session.TokenHash, one.Id, cancellation);
        await transaction.CommitAsync(cancellation);
        return one.Id;
    }

    private async Task<Conversation?> FindAsync(WidgetSession session, CancellationToken cancellation) =>
        session.Conversation is { } id ? await conversations.FindAsync(id, regions: null, cancellation) : null;

    private async Task<Place?> PlaceAsync(Conversation one, CancellationToken cancellation) =>
        one.State == Conversation.Waiting && await queues.OfAsync(one.Skill, cancellation) is { } queue ? Place.In(queue, one.Id) : null;

    private async Task<bool> AgentTypesAsync(Conversation one, CancellationToken cancellation) =>
        (await attendances.OfAsync(one.Id, cancellation)).People.Any(who => who.Key == one.Agent && who.Value.Status == AttendingInput.Typing);
}
