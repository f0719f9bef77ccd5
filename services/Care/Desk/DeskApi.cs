using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Live;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Npgsql;
using static ECommerce.Channels.Care.Conversations.ConversationsApi;

namespace ECommerce.Channels.Care.Desk;

/// <summary>The desk over HTTP: duty, agents, the wall, and changes as they happen.</summary>
internal static class DeskApi
{
    private static readonly string[] Desk = [Roles.Agent, Roles.Supervisor];
    private static readonly string[] Leads = [Roles.Supervisor, Roles.Manager, Roles.Admin];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/events", Events).WithName("streamCareEvents").WithTags("Desk")
            .WithSummary("Server-sent events: conversation, presence, ticket, agents, queue; reset where too much was missed")
            .Produces<string>(200, "text/event-stream").DisableRequestTimeout().RequireRoles(Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin);
        var desk = api.MapGroup("/desk").WithTags("Desk");
        desk.MapGet("/duty", DutyAsync).WithName("getDuty").WithSummary("Whether the caller takes conversations now").RequireRoles(Desk);
        desk.MapPut("/duty", SayDutyAsync).WithName("putDuty").WithSummary("Say so; again at least every 30 seconds").RequireRoles(Desk);
        desk.MapGet("/wall", WallAsync).WithName("getWall").WithSummary("Queues, agents and promises of first replies, as they are now").RequireRoles(Leads);
        var agents = api.MapGroup("/agents").WithTags("Desk");
        agents.MapGet("", AgentsAsync).WithName("listAgents").WithSummary("What each agent can be asked about, and how much at a time").RequireRoles(Leads);
        agents.MapGet("/{user}", AgentAsync).WithName("getAgent").WithSummary("One agent").RequireRoles(Leads);
        agents.MapPut("/{user}", PutAgentAsync).WithName("putAgent").WithSummary("Say what an agent can be asked about, and how much at a time")
            .RequireRoles(Roles.Supervisor, Roles.Admin);
    }

    private static async Task<IResult> Events(HttpContext http, LiveHub hub, CatalogueCopy catalogue, CancellationToken cancellation) =>
        LiveAnswer.Of(http, hub, await catalogue.GrantedAsync(Caller.Of(http.User).Regions, cancellation), cancellation);

    private static async Task<Ok<DutyBody>> DutyAsync(HttpContext http, DutyState duty, AgentStore agents, IOptions<DeskOptions> options, CancellationToken cancellation)
    {
        var user = AgentOf(Caller.Of(http.User));
        var (agent, now) = (await agents.FindAsync(user, cancellation), await duty.FindAsync(user, cancellation));
        return TypedResults.Ok(DutyBody.Of(user, agent, now?.Status, now?.Since, options.Value));
    }

    private static async Task<Ok<DutyBody>> SayDutyAsync(
        JsonBody<DutyInput> body, HttpContext http, DutyState duty, AgentStore agents, NpgsqlDataSource database, IOptions<DeskOptions> options,
        CancellationToken cancellation)
    {
        var caller = Caller.Of(http.User);
        var (user, status) = (AgentOf(caller), body.Value.Status);
        var agent = await agents.EnsureAsync(user, cancellation);
        var before = await duty.SayAsync(user, status, caller.Regions.All ? null : caller.Regions.Codes, cancellation);
        if ((before ?? Duty.Off) != status) await CareChanges.TellAsync(database, null, new { kind = CareChanges.Agents, user }, cancellation);
        var now = await duty.FindAsync(user, cancellation);
        return TypedResults.Ok(DutyBody.Of(user, agent, now?.Status, now?.Since, options.Value));
    }

    private static async Task<Ok<WallBody>> WallAsync(HttpContext http, Wall wall, CatalogueCopy catalogue, CancellationToken cancellation) =>
        TypedResults.Ok(await wall.ReadAsync(await catalogue.GrantedAsync(Caller.Of(http.User).Regions, cancellation), cancellation));

    private static async Task<Ok<AgentsBody>> AgentsAsync(AgentStore agents, CancellationToken cancellation) =>
        TypedResults.Ok(new AgentsBody(await agents.AllAsync(cancellation)));

    private static async Task<Results<Ok<Agent>, Problem>> AgentAsync(string user, HttpContext http, AgentStore agents, CancellationToken cancellation)
    {
        if (await agents.FindAsync(user, cancellation) is not { } agent) return Problem.NotFound();
        http.Response.Tag(agent.Revision);
        return TypedResults.Ok(agent);
    }

    private static async Task<Results<Ok<Agent>, Problem>> PutAgentAsync(
        string user, JsonBody<AgentInput> body, HttpContext http, AgentStore agents, NpgsqlDataSource database, CancellationToken cancellation)
    {
        if (user.Length > 64 || user.Any(char.IsControl)) return Problem.BadInput("user", "须为 1 至 64 个字符", "Must have 1 to 64 characters");
        var before = (await agents.FindAsync(user, cancellation))?.Revision ?? 0;
        if (EntityTags.IfMatch(http.Request, before) is { } changed) return changed;
        var agent = new Agent(user, body.Value.Skills, body.Value.Capacity, before + 1);
        if (await agents.PutAsync(agent, Caller.Of(http.User).Subject, cancellation) is { } refused) return refused;
        await CareChanges.TellAsync(database, null, new { kind = CareChanges.Agents, user }, cancellation);
        http.Response.Tag(agent.Revision);
        return TypedResults.Ok(agent);
    }
}

/// <summary>Whether an agent takes conversations.</summary>
/// <param name="Status">available, away or off.</param>
/// <param name="SilentAfter">Seconds after which a desk that says nothing is taken for closed.</param>
internal sealed record DutyBody(string User, string Status, DateTimeOffset? Since, IReadOnlyList<string> Skills, int? Capacity, double SilentAfter)
{
    public static DutyBody Of(string user, Agent? agent, string? status, DateTimeOffset? since, DeskOptions options) =>
        new(user, status ?? Duty.Off, since, agent?.Skills ?? [], agent?.Capacity, options.SilentAfter.TotalSeconds);
}

internal sealed record AgentsBody(IReadOnlyList<Agent> Agents);

internal static class DeskService
{
    public static IServiceCollection AddDesk(this IServiceCollection services)
    {
        services.AddValidatedOptions<DeskOptions>("Desk");
        services.AddValidatedOptions<DeskStreamOptions>("Live");
        services.AddSingleton(provider => new LiveHub(
            provider.GetRequiredService<IOptions<DeskStreamOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Hints>();
        services.AddSingleton<AgentStore>();
        services.AddSingleton<DutyState>();
        services.AddSingleton<Queues>();
        services.AddSingleton<Attendances>();
        services.AddSingleton<Drafts>();
        services.AddSingleton<Transcripts>();
        services.AddSingleton<Wall>();
        services.AddSingleton<DispatchStore>();
        services.AddSingleton<DispatchBell>();
        services.AddSingleton<Dispatcher>();
        services.AddHostedService<DispatchLoop>();
        return services.AddHostedService<CareFeed>();
    }

    public static void MapDesk(this IEndpointRouteBuilder api)
    {
        DeskApi.Map(api);
        ThreadApi.Map(api);
    }
}
