using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Gateway.Access;

/// <summary><c>/api/v1/access/keys</c>: keys of programs. A secret is in the answer that makes it, and nowhere else.</summary>
internal static class KeyApi
{
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/api/v1/access/keys").RequireRoles(Roles.Admin).WithTags("keys");
        keys.MapGet("", ListAsync).WithName("listKeys").WithSummary("All keys, without their secrets");
        keys.MapPost("", CreateAsync).WithName("createKey").WithSummary("Makes a key; the answer is the only time its secret is shown");
        keys.MapPost("/{id}/rotate", RotateAsync).WithName("rotateKey").WithSummary("Gives a key a new secret; the old one works for a time of grace");
        keys.MapDelete("/{id}", RevokeAsync).WithName("revokeKey").WithSummary("Ends a key at once, on every replica within two seconds");
    }

    private static async Task<Ok<Page<ApiKey>>> ListAsync(PageRequest page, KeyStore store, CancellationToken cancellation) =>
        TypedResults.Ok(Page<ApiKey>.Of(await store.ListAsync(page, cancellation), page, key => [key.Id]));

    private static async Task<Created<ShownKey>> CreateAsync(JsonBody<NewKey> body, HttpContext context, KeyStore store, CancellationToken cancellation)
    {
        var secret = ApiKeySecret.New(ApiKeySecret.NewId());
        await store.CreateAsync(Actor.Of(context), secret, body.Value, cancellation);
        return Shown(context, secret);
    }

    private static async Task<Results<Created<ShownKey>, Problem>> RotateAsync(
        string id, JsonBody<KeyRotation> body, HttpContext context, KeyStore store, CancellationToken cancellation)
    {
        var secret = ApiKeySecret.New(id);
        return await store.RotateAsync(Actor.Of(context), secret, body.Value.Grace, cancellation) ? Shown(context, secret) : Problem.NotFound();
    }

    private static async Task<Results<NoContent, Problem>> RevokeAsync(string id, HttpContext context, KeyStore store, CancellationToken cancellation) =>
        await store.RevokeAsync(Actor.Of(context), id, cancellation) ? TypedResults.NoContent() : Problem.NotFound();

    private static Created<ShownKey> Shown(HttpContext context, ApiKeySecret secret)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/v1/access/keys/{secret.Id}", new ShownKey(secret.Id, secret.Text));
    }
}
