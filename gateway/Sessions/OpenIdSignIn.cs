using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Gateway.Access;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ECommerce.Channels.Gateway.Sessions;

/// <summary>Sign-in with an identity provider, section <c>OpenId</c>; without an authority people sign in with local accounts.</summary>
public sealed class OpenIdOptions
{
    public const string Section = "OpenId";
    public const string SchemeName = "openid";

    /// <summary>The provider's address, which <c>/.well-known/openid-configuration</c> is under. Default none: local accounts.</summary>
    public string? Authority { get; set; }

    /// <summary>The gateway's name at the provider. Default <c>channels</c>.</summary>
    [MinLength(1)]
    public string ClientId { get; set; } = "channels";

    /// <summary>The gateway's secret at the provider; none for a public client.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>Allow a provider on plain http, for tests. Default no.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>Scopes asked for besides <c>openid</c>. Default <c>profile</c>.</summary>
    public string[] Scopes { get; set; } = ["profile"];

    /// <summary>The claim that names the person to us, for ever. Default <c>sub</c>.</summary>
    public string NameClaim { get; set; } = "sub";

    /// <summary>The claim with the person's groups. Default <c>roles</c>.</summary>
    public string RoleClaim { get; set; } = "roles";

    /// <summary>Which of our roles a value of <see cref="RoleClaim"/> means: <c>OpenId:Roles:channel-managers = manager</c>. Default: their own names.</summary>
    public Dictionary<string, string> Roles { get; set; } = [];

    /// <summary>The claim with the person's regions. Default <c>regions</c>.</summary>
    public string RegionClaim { get; set; } = "regions";

    /// <summary>Which of our region codes a value of <see cref="RegionClaim"/> means; <c>*</c> is all. Default: they are codes.</summary>
    public Dictionary<string, string> Regions { get; set; } = [];
}

/// <summary>Code flow with PKCE; what the provider says about a person becomes an account with roles and regions, and a session of ours.</summary>
internal static class OpenIdSignIn
{
    public static void AddOpenIdSignIn(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<OpenIdOptions>(OpenIdOptions.Section);
        var settings = builder.Configuration.GetSection(OpenIdOptions.Section).Get<OpenIdOptions>() ?? new OpenIdOptions();
        if (settings.Authority is null) return;
        builder.Services.AddAuthentication().AddOpenIdConnect(OpenIdOptions.SchemeName, options => Configure(options, settings));
    }

    /// <summary>Our names for what the provider says; what is not mapped is left out.</summary>
    public static string[] Mapped(IEnumerable<string> values, IReadOnlyDictionary<string, string> map) =>
        [.. values.Select(value => map.Count == 0 ? value : map.GetValueOrDefault(value)).OfType<string>().Distinct(StringComparer.Ordinal)];

    private static void Configure(OpenIdConnectOptions options, OpenIdOptions settings)
    {
        options.Authority = settings.Authority;
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret;
        options.RequireHttpsMetadata = !settings.AllowHttp;
        options.SignInScheme = CallerAuthentication.SchemeName;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // With form_post the correlation cookies would have to be SameSite=None, which plain http cannot have.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.SaveTokens = false;
        options.MapInboundClaims = false;
        options.GetClaimsFromUserInfoEndpoint = true;
        options.CallbackPath = SessionApi.Path + "/callback";
        options.Scope.Clear();
        options.Scope.Add("openid");
        foreach (var scope in settings.Scopes) options.Scope.Add(scope);
        foreach (var claim in new[] { settings.NameClaim, settings.RoleClaim, settings.RegionClaim, "name" }.Distinct())
            options.ClaimActions.MapJsonKey(claim, claim);
        foreach (var cookie in new[] { options.NonceCookie, options.CorrelationCookie })
        {
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.SameSite = SameSiteMode.Lax;
        }
        options.Events.OnTicketReceived = context => TakeAsync(context, settings);
        options.Events.OnRemoteFailure = FailedAsync;
    }

    private static async Task TakeAsync(TicketReceivedContext context, OpenIdOptions settings)
    {
        var user = context.Principal!;
        var name = user.FindFirstValue(settings.NameClaim);
        var roles = Mapped(user.FindAll(settings.RoleClaim).Select(claim => claim.Value), settings.Roles).Where(Roles.All.Contains).ToArray();
        var regions = Mapped(user.FindAll(settings.RegionClaim).Select(claim => claim.Value), settings.Regions);
        var store = context.HttpContext.RequestServices.GetRequiredService<AccountStore>();
        var taken = name is { Length: > 0 and <= 200 } && !name.Any(char.IsControl) && roles.Length > 0
            && await store.TakeOpenIdAsync(name, user.FindFirstValue("name") ?? name, roles, regions, context.HttpContext.RequestAborted);
        if (!taken)
        {
            context.HandleResponse();
            await Problem.Forbidden().ExecuteAsync(context.HttpContext);
            return;
        }
        context.Principal = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name!)], OpenIdOptions.SchemeName));
    }

    private static Task FailedAsync(RemoteFailureContext context)
    {
        var log = context.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OpenIdSignIn));
        log.OpenIdFailed(context.Failure?.GetType().Name ?? "");
        context.HandleResponse();
        return Problem.Unauthenticated().ExecuteAsync(context.HttpContext);
    }
}
