using System.Text.Json.Serialization;
using ECommerce.Channels.Care.Calendars;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Care.Tickets;

/// <param name="Owner">User name; null for nobody, missing for who it is.</param>
/// <param name="Team">A code; likewise.</param>
internal sealed record AssignmentInput(string? Owner = null, string? Team = null) : IJsonInput<AssignmentInput>
{
    /// <summary>Who has it then.</summary>
    [JsonIgnore]
    public TicketStep Step { get; private init; } = (before, _) => before;

    public static AssignmentInput Read(JsonFields fields)
    {
        if (!fields.Has("owner") && !fields.Has("team")) fields.Fail("owner", "owner 与 team 至少给出一个", "Name an owner or a team; null is nobody");
        var (owner, team) = (TicketFields.Person(fields, "owner"), Codes.Read(fields, "team"));
        var (setsOwner, setsTeam) = (fields.Has("owner"), fields.Has("team"));
        return new AssignmentInput(owner, team)
        {
            Step = TicketRules.Assign(one => (setsOwner ? owner : one.Owner, setsTeam ? team : one.Team)),
        };
    }
}

/// <param name="Text">1 to 8,000 characters; numbers are masked, the rest is sealed.</param>
/// <param name="To">customer, which is an answer and may be the first response; or internal.</param>
internal sealed record CommentInput(string Text, string To) : IJsonInput<CommentInput>
{
    public const string Customer = "customer";

    public static CommentInput Read(JsonFields fields) => new(TicketFields.Text(fields), fields.OneOf("to", Customer, "internal"));
}

/// <param name="Reason">customer-information, customer-confirmation, customer-unavailable or other.</param>
internal sealed record PendInput(string Reason) : IJsonInput<PendInput>
{
    public static PendInput Read(JsonFields fields) => new(fields.OneOf("reason", Ticket.PendReasons));
}

/// <param name="Resolution">solved, explained, compensated, workaround, no-fault-found, not-possible or other.</param>
/// <param name="Text">What was done: up to 8,000 characters; numbers are masked, the rest is sealed.</param>
/// <param name="NotFirstTime">Why it was not solved the first time.</param>
internal sealed record ResolutionInput(string Resolution, string? Text = null, string? NotFirstTime = null) : IJsonInput<ResolutionInput>
{
    public static ResolutionInput Read(JsonFields fields) => new(
        fields.OneOf("resolution", Ticket.Resolutions), TicketFields.OptionalText(fields), fields.OptionalOneOf("notFirstTime", Ticket.NotFirstTimeReasons));
}

/// <param name="Reason">duplicate, withdrawn, by-mistake or other.</param>
internal sealed record CancelInput(string Reason) : IJsonInput<CancelInput>
{
    public static CancelInput Read(JsonFields fields) => new(fields.OneOf("reason", Ticket.CancelReasons));
}

/// <param name="Role">supervisor, manager or admin.</param>
internal sealed record EscalationInput(string Role) : IJsonInput<EscalationInput>
{
    public static EscalationInput Read(JsonFields fields) => new(fields.OneOf("role", TicketRules.EscalationRoles));
}

/// <summary>Which tickets; whatever is missing is any.</summary>
/// <param name="Sla">State of the resolution's clock: pending, imminent, breached, met or paused.</param>
/// <param name="FirstResponse">State of the first response's clock.</param>
/// <param name="Customer">A pseudonym.</param>
internal sealed record TicketSearch(
    string? Status = null, string? Type = null, string? Severity = null, string? Owner = null, string? Team = null, string? Service = null,
    string? Product = null, string? FaultClass = null, string? Customer = null, string? Sla = null, string? FirstResponse = null) : IJsonInput<TicketSearch>
{
    public static TicketSearch Read(JsonFields fields) => new(
        fields.OptionalOneOf("status", Ticket.Statuses), fields.OptionalOneOf("type", Ticket.Types), fields.OptionalOneOf("severity", Ticket.Severities),
        fields.OptionalString("owner"), fields.OptionalCode("team"), fields.OptionalCode("service"), fields.OptionalCode("product"),
        fields.OptionalCode("faultClass"), fields.OptionalCode("customer"), fields.OptionalOneOf("sla", SlaClock.States),
        fields.OptionalOneOf("firstResponse", SlaClock.States));

    /// <summary>The words of an address, where each wrong one is to be named too.</summary>
    public void Judge(FieldErrors errors)
    {
        OneOf("status", Status, Ticket.Statuses);
        OneOf("type", Type, Ticket.Types);
        OneOf("severity", Severity, Ticket.Severities);
        OneOf("sla", Sla, SlaClock.States);
        OneOf("firstResponse", FirstResponse, SlaClock.States);

        void OneOf(string name, string? value, string[] words)
        {
            if (value is not null && !words.Contains(value)) errors.Add(name, $"须为 {string.Join("、", words)} 之一", $"Must be one of {string.Join(", ", words)}");
        }
    }
}
