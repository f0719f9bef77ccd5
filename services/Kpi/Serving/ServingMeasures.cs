using System.Collections.Frozen;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Indicators;

namespace ECommerce.Channels.Kpi.Serving;

/// <summary>What is counted together: the rows of one table, each on the day of one of its instants.</summary>
/// <param name="Day">Its column.</param>
/// <param name="Open">Condition of rows that are not decided yet: a period with one of them is not complete. Null: there are none.</param>
internal sealed record ServingSubject(string Table, string Day, Topic Topic, string Group, string? Open = null)
{
    /// <summary>It is told only after a window that care waits for: a period is not final before all of its matters are.</summary>
    public bool IsJudged { get; private init; }

    public static readonly ServingSubject Arrivals = new(
        "serving_conversations", "opened_day", Topics.Conversations, ConversationConsumer.Group, "first_reply_at IS NULL AND closed_at IS NULL");

    public static readonly ServingSubject Closings = new("serving_conversations", "closed_day", Topics.Conversations, ConversationConsumer.Group);
    public static readonly ServingSubject Matters = new("serving_matters", "day", Topics.Conversations, ConversationConsumer.Group) { IsJudged = true };
    public static readonly ServingSubject Openings = new("serving_tickets", "opened_day", Topics.Tickets, TicketConsumer.Group);
    public static readonly ServingSubject Responses = new("serving_tickets", "response_day", Topics.Tickets, TicketConsumer.Group);
    public static readonly ServingSubject Resolutions = new("serving_tickets", "resolution_day", Topics.Tickets, TicketConsumer.Group);
}

/// <summary>A measure of serving: which rows count.</summary>
/// <param name="Rows">In SQL; <c>$3</c> is the instant up to which everything is known.</param>
/// <param name="Lasted">What <c>within</c> and <c>beyond</c> are about, as an interval in SQL; null where nothing is.</param>
internal sealed record ServingMeasure(ServingSubject Subject, string Rows, string? Lasted = null)
{
    private const string Resolved = "first_reply_at IS NOT NULL AND close_reason = 'solved'";

    /// <summary>Whoever is live still after the due instant cannot be hidden by not closing.</summary>
    private const string Live = "status IN ('open', 'pending')";

    /// <summary>It began with a conversation, which was solved.</summary>
    private const string Served = "contacts > 0 AND kind = 'conversation' AND first_solved";

    private static readonly FrozenDictionary<Measure, ServingMeasure> All = new Dictionary<Measure, ServingMeasure>
    {
        [Measure.Conversations] = new(ServingSubject.Arrivals, "true"),
        [Measure.ConversationsAnswered] = new(ServingSubject.Arrivals, "first_reply_at IS NOT NULL", "first_reply_at - opened_at"),
        [Measure.ConversationsAbandoned] = new(ServingSubject.Arrivals, "first_reply_at IS NULL AND closed_at IS NOT NULL", "closed_at - opened_at"),
        [Measure.ConversationsWaiting] = new(ServingSubject.Arrivals, "first_reply_at IS NULL AND closed_at IS NULL"),
        [Measure.ConversationsResolved] = new(ServingSubject.Closings, Resolved),
        [Measure.ConversationsUnreplied] = new(ServingSubject.Closings, $"{Resolved} AND customer_replies = 0"),
        [Measure.ConversationsOneTouch] = new(ServingSubject.Closings, $"{Resolved} AND agent_messages < 2"),
        [Measure.ConversationsRated] = new(ServingSubject.Closings, $"{Resolved} AND rating IS NOT NULL"),
        [Measure.ConversationsConfirmed] = new(ServingSubject.Closings, $"{Resolved} AND rating >= 4"),
        [Measure.Matters] = new(ServingSubject.Matters, "contacts > 0"),
        [Measure.MattersHopped] = new(ServingSubject.Matters, "contacts > 0 AND hopped"),
        [Measure.MattersElectronic] = new(ServingSubject.Matters, "contacts > 0 AND electronic"),
        [Measure.MattersBounced] = new(ServingSubject.Matters, "contacts > 0 AND electronic AND bounced"),
        [Measure.MattersServed] = new(ServingSubject.Matters, Served),
        [Measure.MattersServedOnce] = new(ServingSubject.Matters, $"{Served} AND contacts = 1"),
        [Measure.Complaints] = new(ServingSubject.Openings, "type = 'complaint' AND status <> 'cancelled'"),
        [Measure.TicketsAnswered] = new(ServingSubject.Responses, "status <> 'cancelled' AND response_in_time IS NOT NULL"),
        [Measure.TicketsAnsweredInTime] = new(ServingSubject.Responses, "status <> 'cancelled' AND response_in_time"),
        [Measure.TicketsUnanswered] = new(ServingSubject.Responses, $"{Live} AND response_in_time IS NULL AND response_due <= $3"),
        [Measure.TicketsResolved] = new(ServingSubject.Resolutions, "status <> 'cancelled' AND resolution_in_time IS NOT NULL"),
        [Measure.TicketsResolvedInTime] = new(ServingSubject.Resolutions, "status <> 'cancelled' AND resolution_in_time"),
        [Measure.TicketsOverdue] = new(ServingSubject.Resolutions, $"{Live} AND resolution_in_time IS NULL AND resolution_due <= $3"),
    }.ToFrozenDictionary();

    /// <summary>Null where it is a measure of transactions.</summary>
    public static ServingMeasure? Of(Measure measure) => All.GetValueOrDefault(measure);

    /// <summary>What the formulas of a definition count; null is transactions.</summary>
    /// <param name="denominator">Customers may stand under anything.</param>
    /// <exception cref="FormatException">They count different things, which no quotient makes sense of.</exception>
    public static ServingSubject? SubjectOf(Formula numerator, Formula? denominator)
    {
        var terms = denominator is null or { IsDistinct: true } ? numerator.Terms : numerator.Terms.Concat(denominator.Terms);
        var subjects = terms.Select(term => Of(term.Measure)?.Subject).Distinct().ToList();
        return subjects.Count == 1 ? subjects[0] : throw new FormatException("What is added or divided must count the same things.");
    }
}
