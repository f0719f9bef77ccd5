using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Care.Conversations;

/// <summary>Conversations over HTTP. A portal speaks for the customer; agents and supervisors answer, within the regions granted to them.</summary>
internal static class ConversationsApi
{
    private const int MostMessages = 500;
    private static readonly string[] Readers = [Roles.Portal, Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin];
    private static readonly string[] Senders = [Roles.Portal, Roles.Agent, Roles.Supervisor];
    private static readonly string[] Desk = [Roles.Agent, Roles.Supervisor];

    public static void MapConversations(this IEndpointRouteBuilder api)
    {
        var conversations = api.MapGroup("/conversations").WithTags("Conversations");
        conversations.MapGet("", ListAsync).WithName("listConversations").WithSummary("Conversations, who came first first")
            .RequireRoles(Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin);
        conversations.MapPost("", OpenAsync).WithName("openConversation").WithSummary("A customer comes").Accepts<OpenInput>("application/json").RequireRoles(Senders);
        conversations.MapGet("/{id}", GetAsync).WithName("getConversation").WithSummary("One conversation, and what was said after a number").RequireRoles(Readers);
        conversations.MapPost("/{id}/messages", SendAsync).WithName("sendMessage").WithSummary("Say something")
            .WithDescription("201; 200 where this sender sent it before under the same clientId. 409 stale-thread where something was said that the agent was not shown: read on after that number, then send again.")
            .RequireRoles(Senders);
        conversations.MapPost("/{id}/assign", AssignAsync).WithName("assignConversation").WithSummary("Take it, or give it to an agent").RequireRoles(Desk);
        conversations.MapPost("/{id}/release", ReleaseAsync).WithName("releaseConversation").WithSummary("Give it back to the queue, perhaps of another skill").RequireRoles(Desk);
        conversations.MapPost("/{id}/close", CloseAsync).WithName("closeConversation").WithSummary("End it").RequireRoles(Desk);
        conversations.MapPost("/{id}/rating", RateAsync).WithName("rateConversation").WithSummary("What the customer thinks of it, once it is over").RequireRoles(Roles.Portal);
    }

    /// <param name="state">waiting, active or closed.</param>
    /// <param name="agent">User name of whoever serves it.</param>
    /// <param name="customer">A pseudonym.</param>
    private static async Task<Results<Ok<Page<ConversationBody>>, Problem>> ListAsync(
        PageRequest page, HttpContext http, ConversationStore store, CatalogueCopy catalogue, CancellationToken cancellation, string? state = null, string? agent = null, string? customer = null)
    {
        if (state is not (null or Conversation.Waiting or Conversation.Active or Conversation.Closed))
            return Problem.BadInput("state", "须为 waiting、active 或 closed", "Must be waiting, active or closed");
        var regions = await catalogue.GrantedAsync(Caller.Of(http.User).Regions, cancellation);
        var read = await store.ListAsync(new ConversationFilter(regions, state, agent, customer, AfterOf(page), page.Limit + 1), cancellation);
        return TypedResults.Ok(Page<ConversationBody>.Of([.. read.Select(ConversationBody.Of)], page, one => [one.OpenedAt.UtcTicks.ToString(), one.Id]));
    }

    private static async Task<Results<Created<ConversationBody>, Problem>> OpenAsync(HttpContext http, ConversationDesk desk, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var input = OpenInput.Read(fields, await catalogue.LatestAsync(cancellation));
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        var one = await desk.OpenAsync(input, CallersKey.Of(http), cancellation);
        return TypedResults.Created($"/api/v1/care/conversations/{one.Id}", ConversationBody.Of(one));
    }

    /// <summary>To open it leaves an audit line, to read on does not.</summary>
    /// <param name="after">Only messages with a higher number.</param>
    private static async Task<Results<Ok<ThreadBody>, Problem>> GetAsync(
        string id, HttpContext http, ConversationStore store, MessageStore messages, CatalogueCopy catalogue, AuditLog audit, CancellationToken cancellation,
        long after = 0)
    {
        var caller = Caller.Of(http.User);
        if (await store.FindAsync(id, await catalogue.GrantedAsync(caller.Regions, cancellation), cancellation) is not { } one) return Problem.NotFound();
        if (after <= 0 && !caller.Is(Roles.Portal)) await audit.AppendAsync(new AuditEntry(caller.Subject, "conversation.read", one.Id), cancellation);
        http.Response.Headers.CacheControl = "no-store";
        var read = await messages.ReadAsync(one, after, notes: !caller.Is(Roles.Portal), MostMessages + 1, cancellation);
        return TypedResults.Ok(new ThreadBody(ConversationBody.Of(one), [.. read.Take(MostMessages)], read.Count > MostMessages));
    }

    private static async Task<Results<Created<Message>, Ok<Message>, Problem>> SendAsync(
        string id, JsonBody<SendInput> body, HttpContext http, ConversationDesk desk, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var (caller, input) = (Caller.Of(http.User), body.Value);
        var isCustomer = caller.Is(Roles.Portal);
        if (isCustomer && input.Kind == Message.Note) return Problem.BadInput("kind", "客户不能写内部备注", "A customer writes no notes");
        if (!isCustomer && input.Kind == Message.Plain && input.Seen is null) return Problem.BadInput("seen", "不能为空", "Is required");
        var sending = new Sending(
            isCustomer ? Message.Customer : Message.Agent, input.Kind, isCustomer ? ConversationDesk.Author : AgentOf(caller), input.ClientId, input.Text, input.Seen);
        var sent = await desk.SendAsync(id, sending, await catalogue.GrantedAsync(caller.Regions, cancellation), cancellation);
        if (sent is not var (refused, message, known)) return Problem.NotFound();
        if (message is null) return ProblemOf(refused);
        return known ? TypedResults.Ok(message) : TypedResults.Created($"/api/v1/care/conversations/{id}?after={message.Seq - 1}", message);
    }

    private static async Task<Results<Ok<ConversationBody>, Problem>> AssignAsync(
        string id, JsonBody<AssignInput> body, HttpContext http, ConversationDesk desk, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var caller = Caller.Of(http.User);
        var agent = body.Value.Agent ?? AgentOf(caller);
        var own = agent == AgentOf(caller);
        if (!own && !caller.Is(Roles.Supervisor)) return Problem.Forbidden();
        return Answer(await desk.AssignAsync(
            id, agent, caller.Is(Roles.Supervisor), own ? "taken" : "assigned", caller.Subject, await catalogue.GrantedAsync(caller.Regions, cancellation), cancellation));
    }

    private static async Task<Results<Ok<ConversationBody>, Problem>> ReleaseAsync(
        string id, JsonBody<ReleaseInput> body, HttpContext http, ConversationDesk desk, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var caller = Caller.Of(http.User);
        var regions = await catalogue.GrantedAsync(caller.Regions, cancellation);
        return Answer(await desk.ReleaseAsync(id, caller.Is(Roles.Supervisor) ? null : AgentOf(caller), body.Value.Skill, caller.Subject, regions, cancellation));
    }

    private static async Task<Results<Ok<ConversationBody>, Problem>> CloseAsync(
        string id, JsonBody<CloseInput> body, HttpContext http, ConversationDesk desk, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var caller = Caller.Of(http.User);
        var regions = await catalogue.GrantedAsync(caller.Regions, cancellation);
        return Answer(await desk.CloseAsync(id, AgentOf(caller), caller.Is(Roles.Supervisor), body.Value.Reason, caller.Subject, regions, cancellation));
    }

    private static async Task<Results<Ok<ConversationBody>, Problem>> RateAsync(
        string id, JsonBody<RateInput> body, HttpContext http, ConversationDesk desk, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var caller = Caller.Of(http.User);
        return Answer(await desk.RateAsync(id, body.Value.Rating, caller.Subject, await catalogue.GrantedAsync(caller.Regions, cancellation), cancellation));
    }

    private static Results<Ok<ConversationBody>, Problem> Answer((Refusal Refused, Conversation? After)? done) => done switch
    {
        null => Problem.NotFound(),
        (_, { } after) => TypedResults.Ok(ConversationBody.Of(after)),
        var (refused, _) => ProblemOf(refused),
    };

    private static Problem ProblemOf(Refusal refused) => refused switch
    {
        Refusal.Closed => Problem.Conflict("conversation-closed", new Text("会话已结束", "The conversation is over")),
        Refusal.Stale => Problem.Conflict("stale-thread", new Text("有您尚未看到的新消息，请先查看", "Something was said that you were not shown: read it first")),
        _ => Problem.Conflict("not-yours", new Text("会话当前不由您处理", "The conversation is not yours as it is")),
    };

    /// <summary>A person's user name; of a program the name that its key was given.</summary>
    internal static string AgentOf(Caller caller) =>
        caller.Subject.StartsWith("user:", StringComparison.Ordinal) ? caller.Subject["user:".Length..] : "key:" + caller.Name;

    private static (DateTimeOffset, string)? AfterOf(PageRequest page)
    {
        if (page.AfterKey(2) is not [var at, var id]) return null;
        if (long.TryParse(at, out var ticks) && ticks is >= 0 and <= 3_155_378_975_999_999_999) return (new DateTimeOffset(ticks, TimeSpan.Zero), id);
        throw new ProblemException(Problem.BadInput("cursor", "不是本列表给出的游标", "Is no cursor of this list"));
    }
}

/// <param name="Customer">The pseudonym.</param>
/// <param name="State">waiting, active or closed.</param>
/// <param name="Agent">User name of whoever serves it.</param>
/// <param name="Reason">Why this agent.</param>
/// <param name="LastSeq">Number of the last message.</param>
/// <param name="FirstReplyDue">Until when a first reply is promised.</param>
/// <param name="LastSide">Who had the last word that the customer may read: customer or agent.</param>
internal sealed record ConversationBody(
    string Id, string Customer, string Channel, string Skill, string? Service, string? Task, string Language, string State, string? Agent, string? Reason,
    long LastSeq, DateTimeOffset OpenedAt, DateTimeOffset? AssignedAt, DateTimeOffset? FirstReplyDue, DateTimeOffset? FirstReplyAt, string? LastSide,
    DateTimeOffset? LastAt, DateTimeOffset? ClosedAt, string? CloseReason, int? Rating, long Revision)
{
    public static ConversationBody Of(Conversation one) => new(
        one.Id, one.Customer, one.Channel, one.Skill, one.Service, one.Task, one.Language, one.State, one.Agent, one.Reason, one.LastSeq, one.OpenedAt,
        one.AssignedAt, one.FirstReplyDue, one.FirstReplyAt, one.LastSide, one.LastAt, one.ClosedAt, one.CloseReason, one.Rating, one.Revision);
}

/// <param name="Messages">In order; notes are not shown to a portal.</param>
/// <param name="More">There are more than 500: ask again after the last one.</param>
internal sealed record ThreadBody(ConversationBody Conversation, IReadOnlyList<Message> Messages, bool More);

internal static class ConversationsService
{
    public static IServiceCollection AddConversations(this IServiceCollection services)
    {
        services.AddSingleton<ConversationStore>();
        services.AddSingleton<IKeepsCustomers>(provider => provider.GetRequiredService<ConversationStore>());
        services.AddSingleton<MessageStore>();
        services.AddSingleton<FirstReplyPromise>();
        services.AddSingleton<ConversationDesk>();
        return services;
    }
}
