using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Care.Matters;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Messaging;
using Npgsql;

namespace ECommerce.Channels.Care.Conversations;

/// <summary>What others are told of a conversation; never what was said.</summary>
internal static class ConversationEvents
{
    public const string Opened = "opened";
    public const string Assigned = "assigned";
    public const string Released = "released";
    public const string Replied = "replied";
    public const string Closed = "closed";
    public const string Rated = "rated";

    public static async Task TellAsync(Outbox outbox, NpgsqlTransaction transaction, Conversation one, string what, CancellationToken cancellation)
    {
        var said = await MessageStore.CountAsync(transaction, one.Id, cancellation);
        var (region, brand) = await CustomerStore.PlaceAsync(transaction, one.Customer, cancellation);
        var facts = new ConversationFacts(
            one.Id, one.Customer, one.Channel, one.Skill, one.Service, one.Task, one.Language, one.State, one.Agent, one.Reason, one.LastSeq, one.OpenedAt,
            one.AssignedAt, one.FirstReplyAt, one.ClosedAt, one.CloseReason, one.Rating, said.Customer, said.Agent, said.Replies, region, brand, one.Revision);
        await MatterTurns.AddAsync(transaction, one.Customer, one.OpenedAt, one.ClosedAt ?? one.OpenedAt, cancellation);
        await (what switch
        {
            Opened => AddAsync(ConversationOpened.Type, new ConversationOpened(facts)),
            Closed => AddAsync(ConversationClosed.Type, new ConversationClosed(facts)),
            _ => AddAsync(ConversationChanged.Type, new ConversationChanged(facts, what)),
        });

        Task AddAsync<T>(string type, T data) =>
            outbox.AddAsync(transaction, Topics.Conversations, one.Customer, type, data, one.Revision, one.Id, cancellation: cancellation);
    }
}
