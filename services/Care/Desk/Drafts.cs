using System.Security.Cryptography;
using System.Text.Json;
using ECommerce.Channels.Care.Conversations;
using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.State;
using Npgsql;

namespace ECommerce.Channels.Care.Desk;

/// <summary>What an agent has typed and not sent.</summary>
/// <param name="Text">Up to 4,000 characters; empty is none.</param>
/// <param name="Kind">text, or note.</param>
internal sealed record AnswerDraft(string Text, string Kind, DateTimeOffset? UpdatedAt)
{
    public static readonly AnswerDraft None = new("", Message.Plain, null);
}

/// <param name="Text">Up to 4,000 characters, numbers are masked; empty takes the draft away.</param>
/// <param name="Kind">text (unless given), or note.</param>
internal sealed record AnswerDraftInput(string Text, string? Kind = null) : IJsonInput<AnswerDraftInput>
{
    public static AnswerDraftInput Read(JsonFields fields) => new(
        PhoneNumbers.Mask(fields.LongText("text", 0, SendInput.Longest)), fields.OptionalOneOf("kind", Message.Plain, Message.Note));
}

/// <summary>
/// Drafts in the state store, one for each agent and conversation, sealed under the customer's data key as what is sent. They come through
/// a reload, another computer, and the conversation going to somebody else.
/// </summary>
internal sealed class Drafts(IStateStore state, NpgsqlDataSource database, DataKeys keys, TimeProvider time)
{
    private const string Use = "draft";
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    public async Task SaveAsync(Conversation one, string user, AnswerDraftInput input, CancellationToken cancellation)
    {
        if (input.Text.Length == 0)
        {
            await state.DeleteAsync(Key(one.Id, user), StateCondition.Any, cancellation);
            return;
        }
        var draft = JsonSerializer.Serialize(new AnswerDraft(input.Text, input.Kind ?? Message.Plain, time.GetUtcNow()), JsonSerializerOptions.Web);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        // Whoever has a conversation has a key, unless nothing was ever said in it.
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var key = await keys.EnsureAsync(transaction, one.Customer, cancellation);
        await transaction.CommitAsync(cancellation);
        await state.SaveAsync(Key(one.Id, user), key.Seal(draft, Use), StateCondition.Any, Kept, cancellation);
    }

    public async Task<AnswerDraft> FindAsync(Conversation one, string user, CancellationToken cancellation)
    {
        if (await state.GetAsync(Key(one.Id, user), cancellation) is not { } found) return AnswerDraft.None;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (await keys.FindAsync(connection, one.Customer, cancellation) is not { } key) return AnswerDraft.None;
        try
        {
            return JsonSerializer.Deserialize<AnswerDraft>(key.Open(found.Value.ToArray(), Use), JsonSerializerOptions.Web) ?? AnswerDraft.None;
        }
        catch (CryptographicException)
        {
            // The customer was erased.
            return AnswerDraft.None;
        }
    }

    private static string Key(string conversation, string user) => $"draft:{conversation}:{user}";
}
