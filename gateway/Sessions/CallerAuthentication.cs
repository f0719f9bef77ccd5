using System.Security.Claims;
using System.Text.Encodings.Web;
using ECommerce.Channels.Gateway.Access;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Gateway.Sessions;

/// <summary>
/// Who calls: the holder of the API key in <c>Authorization: Bearer</c>, else the person of the session cookie. A header that is there and
/// wrong is refused even where a good cookie comes with it.
/// </summary>
internal sealed class CallerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes, ILoggerFactory loggers, UrlEncoder encoder, AccessDirectory directory, SessionStore sessions)
    : SignInAuthenticationHandler<AuthenticationSchemeOptions>(schemes, loggers, encoder)
{
    public const string SchemeName = "caller";
    public const string Cookie = "channels";
    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count > 0)
        {
            var known = header.Count == 1 && header[0]!.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
                ? await directory.FindKeyAsync(header[0]![Bearer.Length..].Trim(), Context.RequestAborted)
                : null;
            if (known is null) Logger.KeyRefused();
            return Result(known);
        }
        if (Request.Cookies[Cookie] is not { } token) return AuthenticateResult.NoResult();
        return Result(await directory.FindSessionAsync(token, Context.RequestAborted));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.Unauthenticated().ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Problem.Forbidden().ExecuteAsync(Context);

    /// <summary>Starts a session for the account that the principal's name is.</summary>
    protected override async Task HandleSignInAsync(ClaimsPrincipal user, AuthenticationProperties? properties)
    {
        var address = Context.Connection.RemoteIpAddress?.ToString() ?? "";
        var (token, expires) = await sessions.StartAsync(user.Identity!.Name!, address, Context.RequestAborted);
        Response.Cookies.Append(Cookie, token, CookieFor(expires));
        Response.Headers.CacheControl = "no-store";
    }

    protected override async Task HandleSignOutAsync(AuthenticationProperties? properties)
    {
        if (Request.Cookies[Cookie] is not { } token) return;
        await sessions.EndAsync(token, Context.RequestAborted);
        Response.Cookies.Delete(Cookie, CookieFor(expires: null));
    }

    private static AuthenticateResult Result(CallerIdentity? identity) => identity is null
        ? AuthenticateResult.Fail("No valid credentials.")
        : AuthenticateResult.Success(new AuthenticationTicket(identity, SchemeName));

    private CookieOptions CookieFor(DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = Request.IsHttps,
        Path = "/",
        IsEssential = true,
        Expires = expires,
    };
}
