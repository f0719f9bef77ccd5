using System.Net;
using System.Security.Claims;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace ECommerce.Channels.Gateway.Tests;

/// <summary>An operator's identity provider: OpenIddict on a real socket. Whoever comes is signed in as <see cref="User"/>.</summary>
internal sealed class IdentityProvider(string gateway) : IAsyncDisposable
{
    private const string Client = "channels";
    private const string Secret = "a secret of the client";
    private WebApplication? app;

    public string User { get; set; } = "";

    /// <summary>In the identity token.</summary>
    public string[] Groups { get; set; } = [];

    /// <summary>In the answer of the user-info endpoint.</summary>
    public string[] Cities { get; } = ["Guangzhou"];

    public string Address { get; } = $"http://127.0.0.1:{Ports.Free()}";

    public (string Name, string Value)[] Settings =>
    [
        ("OpenId:Authority", Address), ("OpenId:ClientId", Client), ("OpenId:ClientSecret", Secret), ("OpenId:AllowHttp", "true"),
        ("OpenId:RoleClaim", "groups"), ("OpenId:Roles:channel-managers", "manager"), ("OpenId:Roles:desk", "agent"),
        ("OpenId:RegionClaim", "cities"), ("OpenId:Regions:Guangzhou", "4401"), ("OpenId:Regions:HQ", "*"),
    ];

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, new Uri(Address).Port));
        builder.Services.AddOpenIddict().AddServer(Configure);
        app = builder.Build();
        app.UseAuthentication();
        app.MapGet("/connect/authorize", AuthorizeAsync);
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }

    private void Configure(OpenIddictServerBuilder server)
    {
        server.EnableDegradedMode();
        server.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token").SetUserInfoEndpointUris("connect/userinfo");
        server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
        server.RegisterScopes("profile");
        server.AddEphemeralEncryptionKey().AddEphemeralSigningKey().DisableAccessTokenEncryption();
        server.UseAspNetCore().DisableTransportSecurityRequirement().EnableAuthorizationEndpointPassthrough();
        server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientId != Client) context.Reject(OpenIddictConstants.Errors.InvalidClient);
            if (context.RedirectUri != gateway + "/api/v1/session/callback") context.Reject(OpenIddictConstants.Errors.InvalidRequest, "redirect_uri");
            return default;
        }));
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientId != Client || context.ClientSecret != Secret) context.Reject(OpenIddictConstants.Errors.InvalidClient);
            return default;
        }));
        server.AddEventHandler<HandleUserInfoRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            context.Claims["cities"] = new OpenIddictParameter([.. Cities.Select(city => (string?)city)]);
            return default;
        }));
    }

    private async Task AuthorizeAsync(HttpContext context)
    {
        var identity = new ClaimsIdentity(TokenValidationParameters.DefaultAuthenticationType, "name", "groups");
        identity.AddClaim(new Claim(OpenIddictConstants.Claims.Subject, User));
        identity.AddClaim(new Claim(OpenIddictConstants.Claims.Name, "韩梅梅"));
        foreach (var group in Groups) identity.AddClaim(new Claim("groups", group));
        identity.SetScopes(context.GetOpenIddictServerRequest()!.GetScopes());
        identity.SetDestinations(_ => [OpenIddictConstants.Destinations.IdentityToken, OpenIddictConstants.Destinations.AccessToken]);
        await context.SignInAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, new ClaimsPrincipal(identity));
    }
}
