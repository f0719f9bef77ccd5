using ECommerce.Channels.Care.Calendars;
using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>A ticket as it is asked for. Phone numbers in texts are masked, in codes refused.</summary>
/// <param name="Customer">The pseudonym.</param>
/// <param name="Type">complaint, incident, request, question or suggestion.</param>
/// <param name="Subject">1 to 200 characters; sealed.</param>
/// <param name="Severity">low, normal (unless given), high or critical.</param>
/// <param name="Priority">1, the first to be looked at, to 4; by the severity unless given.</param>
/// <param name="Description">Up to 8,000 characters; sealed.</param>
/// <param name="Service">A service of the catalogue.</param>
/// <param name="Channel">Where it came from; a channel of the catalogue.</param>
/// <param name="Product">A code.</param>
/// <param name="FaultClass">A code of the list of fault classes.</param>
/// <param name="Task">What other contacts about the same matter have in common; a code.</param>
/// <param name="Conversation">The conversation it came out of.</param>
/// <param name="NotFirstTime">Why it could not be solved the first time.</param>
/// <param name="Owner">User name.</param>
/// <param name="Team">A code.</param>
internal sealed record TicketInput(
    string Customer, string Type, string Subject, string? Severity = null, int? Priority = null, string? Description = null, string? Service = null,
    string? Channel = null, string? Product = null, string? FaultClass = null, string? Task = null, string? Conversation = null, string? NotFirstTime = null,
    string? Owner = null, string? Team = null)
{
    /// <summary>What it is about, as it will be kept.</summary>
    public TicketMatter Matter => new(
        Type, Severity!, Priority!.Value, Service, Channel, Product, FaultClass, Task, Conversation, NotFirstTime);

    /// <param name="faults">Codes of fault classes that may be used.</param>
    public static TicketInput Read(JsonFields fields, KnownCatalogue catalogue, IReadOnlySet<string> faults)
    {
        var severity = fields.OptionalOneOf("severity", Ticket.Severities) ?? "normal";
        return new TicketInput(
            CustomerRules.Read(fields), fields.OneOf("type", Ticket.Types), TicketFields.Subject(fields), severity,
            TicketFields.Priority(fields) ?? Ticket.PriorityOf(severity), TicketFields.Description(fields),
            TicketFields.Known(fields, "service", catalogue.Services.ContainsKey), TicketFields.Known(fields, "channel", catalogue.Channels.ContainsKey),
            Codes.Read(fields, "product"), TicketFields.Known(fields, "faultClass", faults.Contains), Codes.Read(fields, "task"), Codes.Read(fields, "conversation"),
            fields.OptionalOneOf("notFirstTime", Ticket.NotFirstTimeReasons), TicketFields.Person(fields, "owner"), Codes.Read(fields, "team"));
    }
}

/// <summary>What is to be changed of a ticket: fields that are missing stay, null takes one out.</summary>
/// <param name="Type">As for a new one, like all others.</param>
internal sealed record TicketPatch(
    string? Type = null, string? Severity = null, int? Priority = null, string? Subject = null, string? Description = null, string? Service = null,
    string? Channel = null, string? Product = null, string? FaultClass = null, string? Task = null, string? Conversation = null, string? NotFirstTime = null);

/// <summary>A patch as it was read.</summary>
/// <param name="Apply">What it does to what the ticket is about.</param>
/// <param name="Subject">Null: stays.</param>
/// <param name="Description">Null: stays; an empty text takes it out.</param>
internal sealed record TicketEdit(Func<TicketMatter, TicketMatter> Apply, string? Subject, string? Description)
{
    public static TicketEdit Read(JsonFields fields, KnownCatalogue catalogue, IReadOnlySet<string> faults)
    {
        var steps = new List<Func<TicketMatter, TicketMatter>>();
        On("type", fields.OneOf, Ticket.Types, (matter, value) => matter with { Type = value });
        On("severity", fields.OneOf, Ticket.Severities, (matter, value) => matter with { Severity = value });
        if (fields.Has("priority") && (int)fields.Integer("priority", 1, 4) is var priority) steps.Add(matter => matter with { Priority = priority });
        Take("service", TicketFields.Known(fields, "service", catalogue.Services.ContainsKey), (matter, value) => matter with { Service = value });
        Take("channel", TicketFields.Known(fields, "channel", catalogue.Channels.ContainsKey), (matter, value) => matter with { Channel = value });
        Take("product", Codes.Read(fields, "product"), (matter, value) => matter with { Product = value });
        Take("faultClass", TicketFields.Known(fields, "faultClass", faults.Contains), (matter, value) => matter with { FaultClass = value });
        Take("task", Codes.Read(fields, "task"), (matter, value) => matter with { Task = value });
        Take("conversation", Codes.Read(fields, "conversation"), (matter, value) => matter with { Conversation = value });
        Take("notFirstTime", fields.OptionalOneOf("notFirstTime", Ticket.NotFirstTimeReasons), (matter, value) => matter with { NotFirstTime = value });
        return new TicketEdit(
            matter => steps.Aggregate(matter, (so, step) => step(so)), fields.Has("subject") ? TicketFields.Subject(fields) : null,
            fields.Has("description") ? TicketFields.Description(fields) ?? "" : null);

        void On(string name, Func<string, string[], string> read, string[] words, Func<TicketMatter, string, TicketMatter> apply)
        {
            if (!fields.Has(name)) return;
            var value = read(name, words);
            steps.Add(matter => apply(matter, value));
        }

        void Take(string name, string? value, Func<TicketMatter, string?, TicketMatter> apply)
        {
            if (fields.Has(name)) steps.Add(matter => apply(matter, value));
        }
    }
}

/// <summary>Fields that several inputs have.</summary>
internal static class TicketFields
{
    private const int LongestSubject = 200;
    private const int LongestText = 8_000;

    public static string Subject(JsonFields fields) => PhoneNumbers.Mask(fields.String("subject", 1, LongestSubject));

    public static string? Description(JsonFields fields) => PhoneNumbers.Mask(fields.OptionalLongText("description", LongestText));

    public static string Text(JsonFields fields) => PhoneNumbers.Mask(fields.LongText("text", 1, LongestText));

    public static string? OptionalText(JsonFields fields) =>
        PhoneNumbers.Mask(fields.OptionalLongText("text", LongestText)) is { Length: > 0 } text ? text : null;

    public static int? Priority(JsonFields fields) => (int?)fields.OptionalInteger("priority", 1, 4);

    /// <summary>A user's name; published with every event, where no number of a person may be.</summary>
    public static string? Person(JsonFields fields, string name)
    {
        if (fields.OptionalString(name)?.Trim() is not { Length: > 0 } person) return null;
        if (PhoneNumbers.Mask(person) != person) fields.Fail(name, "不能是电话号码", "Must not be a phone number");
        return person;
    }

    public static string? Known(JsonFields fields, string name, Func<string, bool> isKnown)
    {
        var code = fields.OptionalCode(name);
        if (code is not null && !isKnown(code)) fields.Fail(name, "没有此代码", "There is no such code");
        return code;
    }
}
