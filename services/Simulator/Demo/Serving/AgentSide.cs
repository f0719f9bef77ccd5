using System.Text.Json;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo.Serving;

/// <summary>What the demo's agents do at the desk: are on duty around the clock, answer, end, and write tickets.</summary>
internal sealed class AgentSide(SuiteClient suite, TimeProvider time)
{
    private const ulong Place = 0xA9E7;

    /// <summary>A desk that says nothing for 45 seconds is taken for closed.</summary>
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, (Colleague Who, SuiteClient Suite)> agents =
        Staff.Agents.ToDictionary(Staff.UserOf, one => (one, suite.As(one)));

    private readonly SuiteClient lead = suite.As(Staff.Lead);
    private DateTimeOffset due;

    /// <summary>Each is known with skills and little room before coming on duty; what a person changed of them stays.</summary>
    public async Task IntroduceAsync(CancellationToken stop)
    {
        foreach (var (user, (who, _)) in agents)
        {
            try
            {
                await lead.GetAsync($"/api/v1/care/agents/{user}", stop);
            }
            catch (SuiteRefusedException refused) when (refused.Status == StatusCodes.Status404NotFound)
            {
                await lead.SendAsync(HttpMethod.Put, $"/api/v1/care/agents/{user}", new { who.Skills, Staff.Capacity }, stop);
            }
        }
    }

    /// <summary>Says who is on duty. While a person is, one of the three steps back, so that the person is given a third at least.</summary>
    public async Task SayDutyAsync(CancellationToken stop)
    {
        var now = time.GetUtcNow();
        if (now < due) return;
        due = now + SayEvery;
        var last = await IsPersonThereAsync(stop) ? Staff.UserOf(Staff.Agents[^1]) : null;
        foreach (var (user, (_, agent)) in agents)
            await agent.SendAsync(HttpMethod.Put, "/api/v1/care/desk/duty", new { Status = user == last ? "away" : "available" }, stop);
    }

    public async Task GoHomeAsync(CancellationToken stop)
    {
        foreach (var (_, agent) in agents.Values) await agent.SendAsync(HttpMethod.Put, "/api/v1/care/desk/duty", new { Status = "off" }, stop);
    }

    /// <param name="chats">All of the demo's that are not over.</param>
    public async Task GoOnAsync(DemoOperator demo, IReadOnlyList<Chat> chats, DateTimeOffset now, CancellationToken stop)
    {
        foreach (var chat in chats)
        {
            if (chat.Agent is null || !agents.TryGetValue(chat.Agent, out var agent) || Comer.CauseOf(demo, chat.Task) is not { } cause) continue;
            var plan = ChatPlan.Of(demo.Seed, cause);
            var step = chat.OfAgent(plan, cause, demo.Seed, now);
            if (step == ChatStep.Say) await SayAsync(demo.Seed, agent.Suite, chat, plan, cause, stop);
            if (step == ChatStep.Close) await CloseAsync(demo.Seed, agent.Suite, chat, plan, cause, stop);
        }
    }

    private static Task<bool> SayAsync(ulong seed, SuiteClient agent, Chat chat, ChatPlan plan, in DemoEvent cause, CancellationToken stop)
    {
        var dice = Comer.DiceOf(seed, cause, Place + (ulong)chat.LastSeq);
        var body = new { ClientId = $"after-{chat.LastSeq}", Text = AgentWords.Next(chat, plan, cause, ref dice), Seen = chat.LastSeq };
        return agent.TrySendAsync(HttpMethod.Post, $"{CustomerSide.Path}/{chat.Id}/messages", body, stop);
    }

    private static async Task CloseAsync(ulong seed, SuiteClient agent, Chat chat, ChatPlan plan, DemoEvent cause, CancellationToken stop)
    {
        var reason = plan.ReasonAfter(chat.LastSeq);
        if (reason == ChatPlan.AsTicket) await Complaints.OpenAsync(agent, Complaint.Of(seed, chat, cause, chat.Agent!), stop);
        await agent.TrySendAsync(HttpMethod.Post, $"{CustomerSide.Path}/{chat.Id}/close", new { Reason = reason }, stop);
    }

    private async Task<bool> IsPersonThereAsync(CancellationToken stop)
    {
        var wall = await lead.GetAsync("/api/v1/care/desk/wall", stop);
        return wall.GetProperty("agents").EnumerateArray().Any(one => IsThere(one) && !agents.ContainsKey(one.GetProperty("user").GetString()!));
    }

    private static bool IsThere(JsonElement agent) => agent.GetProperty("status").GetString() == "available";
}
