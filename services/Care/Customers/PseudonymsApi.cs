using System.Security.Claims;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Care.Customers;

internal static class PseudonymsApi
{
    public static void MapPseudonyms(this IEndpointRouteBuilder api) =>
        api.MapPost("/pseudonyms", PseudonymiseAsync)
            .RequireRoles(Roles.Portal, Roles.Agent, Roles.Admin)
            .WithName("createPseudonyms")
            .WithTags("Customers")
            .WithSummary("Pseudonyms of mobile numbers")
            .WithDescription("At most 1,000 numbers in any spelling; null stands for what is no mobile number. Every call leaves an audit line with the count.");

    /// <summary>The audit line is written first: without it nothing is told.</summary>
    private static async Task<Results<Ok<PseudonymAnswer>, Problem>> PseudonymiseAsync(
        JsonBody<PseudonymRequest> request, Pseudonymiser pseudonymiser, AuditLog audit, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var pseudonyms = request.Value.Numbers.Select(number => number is null ? null : pseudonymiser.Of(number)).ToList();
        var counts = new
        {
            Numbers = pseudonyms.Count,
            Pseudonyms = pseudonyms.Count(pseudonym => pseudonym is not null),
        };
        await audit.AppendAsync(new AuditEntry(Caller.Of(user).Subject, "pseudonyms.create", "customers", counts), cancellation);
        return TypedResults.Ok(new PseudonymAnswer(pseudonyms));
    }
}
