using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo.Serving;

/// <summary>The tickets that the demo's agents have: opened out of conversations, and worked on over minutes, hours and days.</summary>
internal sealed class Complaints(SuiteClient suite, TimeProvider time)
{
    private const string Path = "/api/v1/care/tickets";
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(20);
    private static readonly string[] Live = ["open", "pending", "resolved"];

    private readonly List<(string User, SuiteClient Suite)> agents = [.. Staff.Agents.Select(one => (Staff.UserOf(one), suite.As(one)))];
    private readonly SuiteClient lead = suite.As(Staff.Lead);
    private DateTimeOffset due;

    /// <summary>Done again after a crash it is the same ticket.</summary>
    public static Task OpenAsync(SuiteClient agent, Complaint complaint, CancellationToken stop) =>
        agent.TrySendAsync(HttpMethod.Post, Path, complaint, stop, "demo-" + complaint.Conversation);

    /// <summary>Every agent takes the steps that are due.</summary>
    public async Task GoOnAsync(DemoOperator demo, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        if (now < due) return;
        due = now + LookEvery;
        foreach (var (user, agent) in agents)
            foreach (var status in Live)
                foreach (var one in await agent.ListAsync<Ticket>($"{Path}?owner={user}&status={status}", stop))
                    if (Comer.CauseOf(demo, one.Task) is { } cause)
                        await StepAsync(agent, one, ComplaintPlan.Of(demo.Seed, cause).Next(one, now), stop);
    }

    /// <summary>Of the demo's customers none is worked on any more.</summary>
    public async Task CancelAsync(CancellationToken stop)
    {
        foreach (var status in Live.Take(2))
            foreach (var one in await lead.ListAsync<Ticket>($"{Path}?status={status}", stop))
                if (Profile.IsOurs(one.Customer)) await lead.TrySendAsync(HttpMethod.Post, $"{Path}/{one.Id}/cancel", new { Reason = "withdrawn" }, stop);
    }

    private static Task StepAsync(SuiteClient agent, Ticket one, TicketStep step, CancellationToken stop)
    {
        return step switch
        {
            TicketStep.Comment => DoAsync("comment", new { Text = "您好，您反映的问题已受理，正在核查，有结果会尽快联系您。", To = "customer" }),
            TicketStep.Pend => DoAsync("pend", new { Reason = "customer-information" }),
            TicketStep.Resume => DoAsync("resume", new { }),
            TicketStep.Resolve => DoAsync("resolve", new { Resolution = "solved", Text = "已核实并处理，相关费用已调整，业务恢复正常。" }),
            TicketStep.Close => DoAsync("close", new { }),
            _ => Task.CompletedTask,
        };

        Task DoAsync(string what, object body) => agent.TrySendAsync(HttpMethod.Post, $"{Path}/{one.Id}/{what}", body, stop, revision: one.Revision);
    }
}
