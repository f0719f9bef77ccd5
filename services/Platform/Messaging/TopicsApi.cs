using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>What <c>channels topics apply</c> did not change because it never changes a topic.</summary>
/// <param name="Topics">All topics of the suite; each is there now.</param>
/// <param name="Different">Where an existing topic differs from what is wanted, in words.</param>
public sealed record AppliedTopics(IReadOnlyList<string> Topics, IReadOnlyList<string> Different);

public static class TopicsApi
{
    /// <summary><c>POST {path}/apply</c>: makes the topics that are missing (sre, admin).</summary>
    public static void MapTopics(this IEndpointRouteBuilder routes, string path) =>
        routes.MapPost($"{path}/apply", ApplyAsync)
            .WithName("applyTopics")
            .WithTags("Topics")
            .WithSummary("Make the topics that are missing; existing ones are only compared")
            .RequireRoles(Roles.Sre, Roles.Admin);

    private static async Task<Ok<AppliedTopics>> ApplyAsync(IEventLog log, CancellationToken cancellation) =>
        TypedResults.Ok(new AppliedTopics([.. Topics.All.Select(topic => topic.Name)], await log.ApplyAsync(Topics.All, cancellation)));
}
