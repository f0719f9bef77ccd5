using System.Security.Claims;
using ECommerce.Channels.Gateway.Access;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Gateway.Sessions;

/// <summary>Who is signed in.</summary>
/// <param name="User">The account's name, or the key's id.</param>
/// <param name="Regions">Codes of granted regions, their sub-trees included; <c>*</c> is all.</param>
internal sealed record SessionView(string User, string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> Regions)
{
    public static SessionView Of(Caller caller) => new(
        caller.Subject[(caller.Subject.IndexOf(':') + 1)..], caller.Name, caller.Roles, caller.Regions.All ? ["*"] : caller.Regions.Codes);
}

/// <summary>How one signs in here: <c>local</c> with a password, or <c>openid</c> by going to the address.</summary>
/// <param name="Demo">Accounts of the demo operator that may be tried without a password; none where there is no demo.</param>
internal sealed record SignInView(string Kind, string? Address, IReadOnlyList<DemoAccount> Demo);

/// <param name="Demo">In place of user and password: one of the demo operator's accounts.</param>
internal sealed record SignIn(string User, string Password, string? Demo = null) : IJsonInput<SignIn>
{
    public static SignIn Read(JsonFields fields) => fields.Has("demo")
        ? new("", "", fields.String("demo", 1, 256))
        : new(fields.String("user", 1, 256), fields.String("password", 1, 256));
}

/// <summary><c>/api/v1/session</c>: signing in and out of a browser's session, and who one is.</summary>
internal static class SessionApi
{
    public const string Path = "/api/v1/session";

    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var session = routes.MapGroup(Path).WithTags("session");
        session.MapGet("", Who).RequireRoles([.. Contracts.Roles.All]).WithName("getSession").WithSummary("Who is signed in, or whose key this is");
        session.MapPost("", SignInAsync).AllowAnonymous().WithoutIdempotencyKeys().WithName("signIn").WithSummary("Signs in with a local account; the session is in a cookie");
        session.MapDelete("", (Delegate)SignOutAsync).RequireRoles([.. Contracts.Roles.All]).WithName("signOut").WithSummary("Ends the session at once");
        session.MapGet("/sign-in", HowAsync).AllowAnonymous().WithName("howToSignIn").WithSummary("How one signs in here");
        session.MapGet("/openid", GoToOpenId).AllowAnonymous().WithName("goToOpenId").WithSummary("Goes to the identity provider, and comes back signed in");
    }

    private static Ok<SessionView> Who(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(SessionView.Of(CallerIdentity.Of(context)!.Caller));
    }

    private static async Task<Results<Ok<SessionView>, Problem>> SignInAsync(
        JsonBody<SignIn> body, HttpContext context, SignInCheck check, DemoSignIn demo, AccessDirectory directory, IOptions<OpenIdOptions> openId,
        CancellationToken cancellation)
    {
        if (openId.Value.Authority is not null)
            return Problem.Conflict("sign-in-elsewhere", new("请使用统一身份认证登录", "Sign in with the identity provider"));
        var user = body.Value.Demo ?? body.Value.User;
        if (body.Value.Demo is not null)
        {
            var offered = await demo.AccountsAsync(context.Connection, cancellation);
            if (!offered.Any(one => one.User == user)) return Problem.NotFound();
        }
        else if (await check.RefusalAsync(body.Value, context.Connection.RemoteIpAddress, cancellation) is { } refusal)
        {
            return refusal;
        }
        var account = new ClaimsIdentity([new Claim(ClaimTypes.Name, user)], CallerAuthentication.SchemeName);
        await context.SignInAsync(CallerAuthentication.SchemeName, new ClaimsPrincipal(account));
        return directory.FindAccount(user) is { } identity ? TypedResults.Ok(SessionView.Of(identity.Caller)) : Problem.Unauthenticated();
    }

    private static async Task<NoContent> SignOutAsync(HttpContext context)
    {
        await context.SignOutAsync(CallerAuthentication.SchemeName);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<SignInView>> HowAsync(HttpContext context, IOptions<OpenIdOptions> openId, DemoSignIn demo, CancellationToken cancellation)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(openId.Value.Authority is null
            ? new SignInView("local", null, await demo.AccountsAsync(context.Connection, cancellation))
            : new SignInView("openid", Path + "/openid", []));
    }

    private static Results<ChallengeHttpResult, Problem> GoToOpenId(IOptions<OpenIdOptions> openId, string? returnTo = null)
    {
        if (openId.Value.Authority is null) return Problem.NotFound();
        var properties = new AuthenticationProperties { RedirectUri = IsLocal(returnTo) ? returnTo : "/" };
        return TypedResults.Challenge(properties, [OpenIdOptions.SchemeName]);
    }

    /// <summary>A path of ours: an address elsewhere would make sign-in a way to send people to strangers.</summary>
    private static bool IsLocal(string? path) =>
        path is ['/', ..] && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\') && !path.Any(char.IsControl);
}
