using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace ECommerce.Channels.Platform.Security;

/// <summary>The roles a route is open to; written into the OpenAPI document as <c>x-roles</c>, and tested route by route.</summary>
public sealed record RouteRoles(IReadOnlyList<string> Allowed);

/// <summary>A route that is closed to a caller who is granted some regions only; <c>x-all-regions</c> in the OpenAPI document.</summary>
public sealed record AllRegionsRoute;

public static class RouteRolesExtensions
{
    /// <summary>Opens a route to these roles. A route without it is denied to everyone.</summary>
    public static TBuilder RequireRoles<TBuilder>(this TBuilder route, params string[] roles)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(endpoint => endpoint.Metadata.Add(new RouteRoles(roles)));
        return route.RequireAuthorization(new AuthorizeAttribute { Roles = string.Join(',', roles) });
    }

    /// <summary>
    /// Beside the roles, every region has to be granted: what the route changes or tells is the whole operator's and has no region.
    /// </summary>
    public static TBuilder RequireAllRegions<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(endpoint => endpoint.Metadata.Add(new AllRegionsRoute()));
        return route.RequireAuthorization(policy => policy.RequireClaim(CallerClaims.Region, RegionGrant.EveryCode));
    }
}
