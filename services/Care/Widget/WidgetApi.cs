using ECommerce.Channels.Care.Conversations;
using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Care.Desk;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Live;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Care.Widget;

/// <summary>
/// Chat from a page of a portal. The portal's server says who the customer is and gets a token; the page calls with the token alone, and
/// sees one conversation: the token's own (decision 16).
/// </summary>
internal static class WidgetApi
{
    public const string Cors = "widget";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/widget-sessions", AddAsync).WithName("openWidgetSession").WithTags("Widget").WithSummary("Let a customer write from a page of the portal")
            .Accepts<WidgetSessionInput>("application/json").RequireRoles(Roles.Portal);
        var widget = api.MapGroup("/widget").WithTags("Widget").AllowAnonymous().RequireCors(Cors);
        widget.MapGet("/conversation", ReadAsync).WithName("readWidget").WithSummary("How it stands, and what was said after a number");
        widget.MapPost("/messages", SayAsync).WithName("sayInWidget").WithSummary("Say something; the first word opens a conversation")
            .WithDescription("201; 200 where it was said before under the same clientId.").WithoutIdempotencyKeys();
        widget.MapPost("/presence", TypeAsync).WithName("typeInWidget").WithSummary("The customer is typing, or not any more").WithoutIdempotencyKeys();
        widget.MapPost("/rating", RateAsync).WithName("rateInWidget").WithSummary("What the customer thinks of it, once it is over").WithoutIdempotencyKeys();
        widget.MapPost("/leave", LeaveAsync).WithName("leaveWidget").WithSummary("The customer is done").WithoutIdempotencyKeys();
        widget.MapGet("/events", Events).WithName("streamWidgetEvents").WithSummary("Server-sent events: conversation, presence, queue; reset at the beginning")
            .Produces<string>(200, "text/event-stream").DisableRequestTimeout();
        WidgetArticlesApi.Map(widget);
    }

    private static async Task<Results<Created<WidgetTokenBody>, Problem>> AddAsync(
        HttpContext http, WidgetStore store, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var input = WidgetSessionInput.Read(fields, await catalogue.LatestAsync(cancellation));
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, await store.AddAsync(input, cancellation));
    }

    /// <param name="session">Whose token it is.</param>
    /// <param name="after">Only messages with a higher number.</param>
    private static async Task<Ok<WidgetBody>> ReadAsync(WidgetSession session, HttpContext http, WidgetDesk desk, CancellationToken cancellation, long after = 0)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await desk.ReadAsync(session, after, cancellation));
    }

    private static async Task<Results<Created<WidgetMessage>, Ok<WidgetMessage>>> SayAsync(
        WidgetSession session, JsonBody<WordsInput> body, WidgetDesk desk, CancellationToken cancellation)
    {
        var (message, known) = await desk.SayAsync(session, body.Value, cancellation);
        var shown = WidgetDesk.Shown(message);
        return known ? TypedResults.Ok(shown) : TypedResults.Created((string?)null, shown);
    }

    private static async Task<NoContent> TypeAsync(
        WidgetSession session, JsonBody<AttendingInput> body, Attendances attendances, NpgsqlDataSource database, CancellationToken cancellation)
    {
        if (session.Conversation is { } id && await attendances.SayAsync(id, ConversationDesk.Author, body.Value.Status, cancellation))
            await CareChanges.TellAsync(database, session.Customer, new { kind = CareChanges.Presence, id }, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, Problem>> RateAsync(
        WidgetSession session, JsonBody<RateInput> body, WidgetDesk desk, CancellationToken cancellation) => await desk.RateAsync(session, body.Value.Rating, cancellation)
        ? TypedResults.NoContent()
        : Problem.Conflict("not-over", new Text("会话尚未结束", "The conversation is not over yet"));

    private static async Task<NoContent> LeaveAsync(WidgetSession session, WidgetDesk desk, CancellationToken cancellation)
    {
        await desk.LeaveAsync(session, cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>Before the first word there is nothing to hear: a page opens its stream after it.</summary>
    private static IResult Events(WidgetSession session, HttpContext http, LiveHub hub, CancellationToken cancellation) => session.Conversation is { } id
        ? LiveAnswer.OfOne(http, hub, id, cancellation)
        : Problem.Conflict("no-conversation", new Text("尚无会话", "There is no conversation yet"));
}

internal static class WidgetService
{
    public static IServiceCollection AddWidget(this IServiceCollection services)
    {
        services.AddValidatedOptions<WidgetOptions>("Widget");
        services.AddSingleton<WidgetStore>();
        services.AddSingleton<IKeepsCustomers>(provider => provider.GetRequiredService<WidgetStore>());
        services.AddSingleton<WidgetDesk>();
        services.AddCors();
        services.AddOptions<Microsoft.AspNetCore.Cors.Infrastructure.CorsOptions>().Configure<IOptions<WidgetOptions>>((cors, widget) => cors.AddPolicy(
            WidgetApi.Cors, policy => policy.WithOrigins([.. widget.Value.Origins]).WithHeaders(WidgetSession.Header, "Content-Type", "Accept-Language")
                .WithMethods("GET", "POST").SetPreflightMaxAge(TimeSpan.FromHours(1))));
        return services;
    }

    public static void MapWidget(this IEndpointRouteBuilder api) => WidgetApi.Map(api);
}
