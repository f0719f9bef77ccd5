using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Care.Customers;

internal static class PseudonymsApi
{
    public static void MapPseudonyms(this IEndpointRouteBuilder api) =>
        api.MapPost("/pseudonyms", Pseudonymise)
            .RequireRoles(Roles.Portal, Roles.Agent, Roles.Admin)
            .WithName("createPseudonyms")
            .WithTags("Customers")
            .WithSummary("Pseudonyms of mobile numbers")
            .WithDescription("At most 1,000 numbers in any spelling; null stands for what is no mobile number. Every call leaves an audit line with the count.");

    private static Results<Ok<PseudonymAnswer>, Problem> Pseudonymise(JsonBody<PseudonymRequest> request, Pseudonymiser pseudonymiser)
    {
        var pseudonyms = request.Value.Numbers.Select(number => number is null ? null : pseudonymiser.Of(number)).ToList();
        return TypedResults.Ok(new PseudonymAnswer(pseudonyms));
    }
}
