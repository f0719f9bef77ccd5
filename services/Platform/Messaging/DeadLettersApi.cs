using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>Dead letters over HTTP, for roles sre and admin.</summary>
public static class DeadLettersApi
{
    private static readonly string[] States = ["open", "replayed", "resolved"];

    /// <param name="path"><c>/api/v1/{service}/dead-letters</c></param>
    public static void MapDeadLetters(this IEndpointRouteBuilder routes, string path)
    {
        var group = routes.MapGroup(path).WithTags("Dead letters");
        group.MapGet("", ListAsync).WithName("listDeadLetters").WithSummary("Records that could not be read, newest first").RequireRoles(Roles.Sre, Roles.Admin);
        group.MapGet("/{id:long}", FindAsync).WithName("getDeadLetter").WithSummary("One of them, with what it held").RequireRoles(Roles.Sre, Roles.Admin);
        group.MapPost("/{id:long}/replay", ReplayAsync).WithName("replayDeadLetter").WithSummary("Send the record to its topic again").RequireRoles(Roles.Sre, Roles.Admin);
        group.MapPost("/{id:long}/resolve", ResolveAsync).WithName("resolveDeadLetter").WithSummary("Settle it without sending it again").RequireRoles(Roles.Sre, Roles.Admin);
    }

    private static async Task<Results<Ok<Page<DeadLetterLine>>, Problem>> ListAsync(
        DeadLetterStore store, PageRequest page, CancellationToken cancellation, string? state = null)
    {
        if (state is not null && !States.Contains(state))
            return Problem.BadInput("state", "须为 open、replayed 或 resolved", "Must be open, replayed or resolved");
        var lines = await store.ListAsync(state, page.AfterNumber(), page.Limit + 1, cancellation);
        return TypedResults.Ok(Page<DeadLetterLine>.Of(lines, page, line => [line.Id.ToString()]));
    }

    private static async Task<Results<Ok<DeadLetter>, Problem>> FindAsync(long id, DeadLetterStore store, CancellationToken cancellation) =>
        await store.FindAsync(id, cancellation) is { } found ? TypedResults.Ok(found) : Problem.NotFound();

    private static async Task<Results<NoContent, Problem>> ReplayAsync(long id, DeadLetterStore store, HttpContext context, CancellationToken cancellation)
    {
        try
        {
            return Answer(await store.ReplayAsync(id, Caller.Of(context.User).Subject, cancellation));
        }
        catch (EventLogUnavailableException)
        {
            return Problem.Unavailable(TimeSpan.FromSeconds(5));
        }
        catch (EventLogFullException)
        {
            return Problem.TooMany(TimeSpan.FromSeconds(1));
        }
    }

    private static async Task<Results<NoContent, Problem>> ResolveAsync(long id, DeadLetterStore store, HttpContext context, CancellationToken cancellation) =>
        Answer(await store.ResolveAsync(id, Caller.Of(context.User).Subject, cancellation));

    private static Results<NoContent, Problem> Answer(Settlement settlement) => settlement switch
    {
        Settlement.Done => TypedResults.NoContent(),
        Settlement.NotFound => Problem.NotFound(),
        Settlement.AlreadySettled => Problem.Conflict("dead-letter-settled", new("此死信已处理", "This dead letter is settled already")),
        _ => Problem.Conflict("dead-letter-masked", new(
            "此死信含已遮蔽的号码，须由数据源重新发送", "Parts of this dead letter are masked: have its source send it again, then resolve it")),
    };
}
