using ECommerce.Channels.Care.Calendars;
using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>What is promised for a kind of ticket.</summary>
/// <param name="Id">Type, severity and, where it is for one tier alone, the tier: <c>complaint.high</c>, <c>complaint.high.vip</c>.</param>
/// <param name="Calendar">By which working time is counted.</param>
/// <param name="FirstResponse">Working minutes to the first answer.</param>
/// <param name="Resolution">Working minutes to the resolution.</param>
/// <param name="RemindAt">Percent of the time after which the owner is reminded.</param>
/// <param name="Escalations">In order; who is told when a promise is broken.</param>
internal sealed record SlaPolicy(
    string Id, string Calendar, int FirstResponse, int Resolution, int RemindAt, IReadOnlyList<EscalationStep> Escalations, int Revision)
{
    public SlaTerms Terms => new(Id, Revision, Calendar, FirstResponse, Resolution, RemindAt, Escalations);

    /// <summary>The id of the policy of a kind; of a tier's own where one is named.</summary>
    public static string IdOf(string type, string severity, string? tier = null) => tier is null ? $"{type}.{severity}" : $"{type}.{severity}.{tier}";

    public static bool IsId(string id) =>
        id.Split('.') is [var type, var severity, .. var tier] && Ticket.Types.Contains(type) && Ticket.Severities.Contains(severity)
        && (tier is [] || (tier is [var one] && CustomerRules.Tiers.Contains(one)));
}

/// <summary>A policy as it is asked for.</summary>
/// <param name="Calendar">The id of a calendar.</param>
/// <param name="FirstResponse">Working minutes, 1 to 60,000.</param>
/// <param name="Resolution">Working minutes, not less than for the first response, up to 60,000.</param>
/// <param name="RemindAt">Percent, 1 to 99; 75 unless given.</param>
/// <param name="Escalations">At most 5, each later than the one before.</param>
internal sealed record SlaPolicyInput(string Calendar, int FirstResponse, int Resolution, IReadOnlyList<EscalationStep> Escalations, int? RemindAt = null)
{
    private const int MostMinutes = 60_000;
    private const int MostSteps = 5;

    public static async Task<SlaPolicy> ReadAsync(JsonFields fields, string id, int revision, CalendarStore calendars, CancellationToken cancellation)
    {
        var policy = new SlaPolicy(
            id, fields.Code("calendar"), (int)fields.Integer("firstResponse", 1, MostMinutes), (int)fields.Integer("resolution", 1, MostMinutes),
            (int)(fields.OptionalInteger("remindAt", 1, 99) ?? 75),
            fields.Objects("escalations", 0, MostSteps, step => new EscalationStep(
                step.OneOf("role", TicketRules.EscalationRoles), (int)step.Integer("after", 0, MostMinutes))), revision);
        if (policy.Calendar.Length > 0 && await calendars.FindAsync(policy.Calendar, cancellation) is null)
            fields.Fail("calendar", "没有这个日历", "There is no such calendar");
        if (policy.Resolution < policy.FirstResponse) fields.Fail("resolution", "不能早于首次响应", "Must not be less than the first response");
        for (var at = 1; at < policy.Escalations.Count; at++)
            if (policy.Escalations[at].After <= policy.Escalations[at - 1].After)
                fields.Fail($"escalations.{at}.after", "须晚于前一级", "Must be later than the step before");
        return policy;
    }
}
