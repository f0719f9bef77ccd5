using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using ECommerce.Channels.Care.Conversations;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Care.Widget;

/// <summary>Settings of the chat widget: section <c>Widget</c>.</summary>
public sealed class WidgetOptions
{
    /// <summary>Origins of the portals whose pages hold the widget, as <c>https://portal.example.com</c>. None: pages of the gateway's own origin alone.</summary>
    public IReadOnlyList<string> Origins { get; set; } = [];

    /// <summary>How long a customer may go on with one token. Default 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan TokenLife { get; set; } = TimeSpan.FromHours(24);
}

/// <summary>A customer who may write from a page of a portal, as the portal's own server has said who it is.</summary>
/// <param name="Conversation">The last one; null before the first word.</param>
internal sealed record WidgetSession(
    byte[] TokenHash, string Customer, string Channel, string Skill, string? Service, string? Task, string Language, string? Conversation)
{
    /// <summary>The customer's own token. In a header: never in an address.</summary>
    public const string Header = "X-Conversation-Token";

    private const string Prefix = "cw_";
    private const int TokenBytes = 32;

    public static string NewToken() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Whoever calls with a good token; else 401.</summary>
    public static async ValueTask<WidgetSession> BindAsync(HttpContext http)
    {
        var store = http.RequestServices.GetRequiredService<WidgetStore>();
        return http.Request.Headers[Header] is [{ Length: > 0 and <= 128 } token] && await store.FindAsync(HashOf(token), http.RequestAborted) is { } session
            ? session
            : throw new ProblemException(Problem.Unauthenticated());
    }
}

/// <summary>A customer whom a portal lets write.</summary>
/// <param name="Customer">The pseudonym.</param>
/// <param name="Channel">Where the customer is; a channel of the catalogue.</param>
/// <param name="Skill">What it takes to serve it; a code.</param>
/// <param name="Service">What the page is about; a service of the catalogue.</param>
/// <param name="Task">What other contacts about the same have in common.</param>
/// <param name="Language">zh-CN unless given.</param>
internal sealed record WidgetSessionInput(string Customer, string Channel, string Skill, string? Service = null, string? Task = null, string? Language = null)
{
    public static WidgetSessionInput Read(JsonFields fields, KnownCatalogue catalogue)
    {
        var input = OpenInput.Read(fields, catalogue);
        return new WidgetSessionInput(input.Customer, input.Channel, input.Skill, input.Service, input.Task, input.Language);
    }
}

/// <param name="Token">For the customer's page; it is told once.</param>
internal sealed record WidgetTokenBody(string Token, DateTimeOffset ExpiresAt);

/// <summary>What a customer says.</summary>
/// <param name="ClientId">The page's own id of the message, 1 to 64 of A-Z a-z 0-9 . _ : -; the same again is the same message.</param>
/// <param name="Text">1 to 4,000 characters; numbers are masked.</param>
internal sealed record WordsInput(string ClientId, string Text) : IJsonInput<WordsInput>
{
    public static WordsInput Read(JsonFields fields) => new(fields.Code("clientId"), fields.LongText("text", 1, SendInput.Longest));
}

/// <summary>One thing said, as the customer sees it.</summary>
/// <param name="Side">customer or agent.</param>
internal sealed record WidgetMessage(long Seq, string Side, string ClientId, string? Text, DateTimeOffset At);

/// <summary>How it stands for the customer.</summary>
/// <param name="State">none before the first word; waiting, active or closed.</param>
/// <param name="Messages">After the number asked for, in order.</param>
/// <param name="More">There are more: ask again after the last one.</param>
/// <param name="Queue">While it waits, if it is known.</param>
/// <param name="AgentTypes">Whether an agent is typing.</param>
/// <param name="Language">zh-CN or en.</param>
internal sealed record WidgetBody(
    string State, IReadOnlyList<WidgetMessage> Messages, bool More, Desk.Place? Queue, bool AgentTypes, int? Rating, string Language);
