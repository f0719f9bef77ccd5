using System.Text.Json;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo.Serving;

/// <summary>What the demo's customers do at the desk, by way of the portal: come, say more, answer, give up, rate.</summary>
internal sealed class CustomerSide(SuiteClient suite)
{
    public const string Path = "/api/v1/care/conversations";

    /// <summary>However much the stream is hurried.</summary>
    public const int MostAMinute = 60;

    private const ulong Place = 0x5A1D;

    private readonly SuiteClient portal = suite.As(Staff.Portal);
    private readonly SuiteClient lead = suite.As(Staff.Lead);
    private readonly Queue<DateTimeOffset> lately = new();
    private Dictionary<string, Chat> open = [];

    public async Task ComeAsync(DemoOperator demo, IEnumerable<Comer> comers, DateTimeOffset now, CancellationToken stop)
    {
        while (lately.TryPeek(out var oldest) && now - oldest > TimeSpan.FromMinutes(1)) lately.Dequeue();
        foreach (var comer in comers.Take(MostAMinute - lately.Count).ToList())
        {
            lately.Enqueue(now);
            await OpenAsync(demo.Seed, comer, stop);
        }
    }

    /// <param name="chats">All of the demo's that are not over.</param>
    public async Task GoOnAsync(DemoOperator demo, IReadOnlyList<Chat> chats, DateTimeOffset now, CancellationToken stop)
    {
        var before = open;
        open = chats.ToDictionary(chat => chat.Id);
        foreach (var over in before.Values.Where(chat => !open.ContainsKey(chat.Id))) await RateAsync(demo, over, stop);
        foreach (var chat in chats)
        {
            if (Comer.CauseOf(demo, chat.Task) is not { } cause) continue;
            var plan = ChatPlan.Of(demo.Seed, cause);
            var step = chat.OfCustomer(plan, cause, demo.Seed, now);
            if (step == ChatStep.Say) await SayAsync(demo.Seed, chat, plan, cause, stop);
            if (step == ChatStep.Leave) await EndAsync(chat, stop);
        }
    }

    /// <summary>The customer is not there any more. Only who may end any conversation can say so for the customer.</summary>
    public Task EndAsync(Chat chat, CancellationToken stop) =>
        lead.TrySendAsync(HttpMethod.Post, $"{Path}/{chat.Id}/close", new { Reason = "customer-left" }, stop);

    private Task<bool> OpenAsync(ulong seed, in Comer comer, CancellationToken stop)
    {
        var (cause, language) = (comer.Cause, Profile.LanguageOf(seed, comer.Cause.Customer));
        var dice = Comer.DiceOf(seed, cause, Place);
        var text = CustomerWords.Opening(cause, language, ref dice);
        var body = new
        {
            Customer = cause.Pseudonym,
            comer.Channel,
            comer.Skill,
            Service = Codes.Services[(int)cause.Service],
            Task = cause.TaskId,
            Language = language,
            Text = text,
        };
        return portal.TrySendAsync(HttpMethod.Post, Path, body, stop, "demo-chat-" + cause.TaskId);
    }

    private Task<bool> SayAsync(ulong seed, Chat chat, ChatPlan plan, in DemoEvent cause, CancellationToken stop)
    {
        var dice = Comer.DiceOf(seed, cause, Place + (ulong)chat.LastSeq);
        var body = new { ClientId = $"after-{chat.LastSeq}", Text = CustomerWords.Next(chat, plan, ref dice) };
        return portal.TrySendAsync(HttpMethod.Post, $"{Path}/{chat.Id}/messages", body, stop);
    }

    /// <summary>What is not among the open ones any more is over.</summary>
    private async Task RateAsync(DemoOperator demo, Chat known, CancellationToken stop)
    {
        if (Comer.CauseOf(demo, known.Task) is not { } cause) return;
        var thread = await portal.GetAsync($"{Path}/{known.Id}?after={known.LastSeq + 1}", stop);
        var chat = thread.GetProperty("conversation").Deserialize<Chat>(JsonSerializerOptions.Web)!;
        if (chat.State != Chat.Closed || ChatPlan.Of(demo.Seed, cause).RatingOf(chat) is not { } rating) return;
        await portal.TrySendAsync(HttpMethod.Post, $"{Path}/{chat.Id}/rating", new { Rating = rating }, stop);
    }
}
