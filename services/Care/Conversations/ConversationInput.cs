using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Care.Conversations;

/// <summary>A customer who comes.</summary>
/// <param name="Customer">The pseudonym.</param>
/// <param name="Channel">Where the customer writes; a channel of the catalogue.</param>
/// <param name="Skill">What it takes to serve it; a code.</param>
/// <param name="Service">What it is about; a service of the catalogue.</param>
/// <param name="Task">What other contacts about the same have in common.</param>
/// <param name="Language">zh-CN unless given.</param>
/// <param name="Text">What the customer says at once: 1 to 4,000 characters; numbers are masked.</param>
internal sealed record OpenInput(string Customer, string Channel, string Skill, string? Service, string? Task, string Language, string? Text)
{
    public static OpenInput Read(JsonFields fields, KnownCatalogue catalogue)
    {
        var input = new OpenInput(
            CustomerRules.Read(fields), fields.Code("channel"), fields.Code("skill"), fields.OptionalCode("service"), fields.OptionalString("task"),
            fields.OptionalOneOf("language", CustomerRules.Languages) ?? CustomerRules.Languages[0],
            fields.OptionalLongText("text", SendInput.Longest) is { Length: > 0 } text ? text : null);
        if (input.Channel.Length > 0 && !catalogue.Channels.ContainsKey(input.Channel)) fields.Fail("channel", "目录中没有此代码", "Is not in the catalogue");
        if (input.Service is { } service && !catalogue.Services.ContainsKey(service)) fields.Fail("service", "目录中没有此代码", "Is not in the catalogue");
        return input;
    }
}

/// <summary>A message. A portal sends what the customer says, everybody else is the agents' side.</summary>
/// <param name="ClientId">The sender's own id of the message, 1 to 64 of A-Z a-z 0-9 . _ : -; the same again is the same message.</param>
/// <param name="Text">1 to 4,000 characters; numbers are masked.</param>
/// <param name="Kind">text, or note: for agents' eyes alone.</param>
/// <param name="Seen">Number of the last message that the agent was shown; an answer to the customer has to say it.</param>
internal sealed record SendInput(string ClientId, string Text, string Kind, long? Seen) : IJsonInput<SendInput>
{
    public const int Longest = 4_000;

    public static SendInput Read(JsonFields fields) => new(
        fields.Code("clientId"), fields.LongText("text", 1, Longest), fields.OptionalOneOf("kind", Message.Plain, Message.Note) ?? Message.Plain,
        fields.OptionalInteger("seen", 0));
}

/// <param name="Agent">User name; oneself unless given. To give it to somebody else takes a supervisor.</param>
internal sealed record AssignInput(string? Agent) : IJsonInput<AssignInput>
{
    public static AssignInput Read(JsonFields fields) => new(fields.OptionalString("agent") is { Length: > 0 } agent ? agent : null);
}

/// <param name="Skill">What it takes to serve it, if that is another than was thought; a code.</param>
internal sealed record ReleaseInput(string? Skill = null) : IJsonInput<ReleaseInput>
{
    public static ReleaseInput Read(JsonFields fields) => new(fields.OptionalCode("skill"));
}

/// <param name="Reason">What it came to; a code.</param>
internal sealed record CloseInput(string Reason) : IJsonInput<CloseInput>
{
    public static CloseInput Read(JsonFields fields) => new(fields.Code("reason"));
}

/// <param name="Rating">1, not at all content, to 5, very content.</param>
internal sealed record RateInput(int Rating) : IJsonInput<RateInput>
{
    public static RateInput Read(JsonFields fields) => new((int)fields.Integer("rating", 1, 5));
}
