using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace ECommerce.Channels.Platform.Security;

/// <summary>The roles a route is open to; written into the OpenAPI document as <c>x-roles</c>, and tested route by route.</summary>
public sealed record RouteRoles(IReadOnlyList<string> Allowed);

public static class RouteRolesExtensions
{
    /// <summary>Opens a route to these roles. A route without it is denied to everyone.</summary>
    public static TBuilder RequireRoles<TBuilder>(this TBuilder route, params string[] roles)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(endpoint => endpoint.Metadata.Add(new RouteRoles(roles)));
        return route.RequireAuthorization(new AuthorizeAttribute { Roles = string.Join(',', roles) });
    }
}
