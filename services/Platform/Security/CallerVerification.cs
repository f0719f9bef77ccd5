using System.Security.Claims;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ECommerce.Channels.Platform.Security;

/// <summary>Verification of the gateway's signed caller tokens, and denial by default, in every service.</summary>
public static class CallerVerification
{
    private const int LongestToken = 16 * 1024;

    /// <summary>
    /// Every request is the caller of its token, or nobody: 401 as problem details for a token that is missing, bad, or too old, 403 for
    /// a role that is not enough. A route that names no roles and is not opened explicitly is closed to everyone. Called after AddPlatform.
    /// </summary>
    /// <param name="service">The service's name: the audience that tokens must be for.</param>
    public static WebApplicationBuilder AddCallerTokens(this WebApplicationBuilder builder, string service)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddOptions<IdentityOptions>().Bind(builder.Configuration.GetSection(IdentityOptions.Section))
            .Validate(
                options => options.JwksAddress is not null || options.PublicKeysFile is not null,
                "Identity:JwksAddress or Identity:PublicKeysFile has to be set: where the gateway's public keys are.")
            .ValidateOnStart();
        builder.Services.AddSingleton(services => new VerificationKeys(
            services.GetRequiredService<IOptions<IdentityOptions>>().Value, new HttpClient(Sockets()),
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<VerificationKeys>>()));
        builder.Services.AddSingleton<ValidatedTokens>();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<VerificationKeys>((options, keys) => Verify(options, keys, service));
        builder.Services.AddDenialByDefault();
        return builder;
    }

    /// <summary>What is not opened by roles or explicitly is closed to everyone.</summary>
    public static IServiceCollection AddDenialByDefault(this IServiceCollection services)
    {
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser()
            // What is no route of ours (unknown path, wrong method or media type) goes on to its 404, 405 or 415.
            .RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint)
            .Build());
        return services;
    }

    // A name may point elsewhere after a while: connections are not kept for ever.
    private static SocketsHttpHandler Sockets() => new() { PooledConnectionLifetime = TimeSpan.FromMinutes(2) };

    private static void Verify(JwtBearerOptions options, VerificationKeys keys, string service)
    {
        options.MapInboundClaims = false;
        options.RequireHttpsMetadata = false;
        foreach (var handler in options.TokenHandlers.OfType<JsonWebTokenHandler>()) handler.MaximumTokenSizeInBytes = LongestToken;
        var parameters = options.TokenValidationParameters;
        parameters.ValidIssuer = CallerTokenFormat.Issuer;
        parameters.ValidAudience = service;
        parameters.ValidAlgorithms = [CallerTokenFormat.Algorithm];
        parameters.ValidTypes = [CallerTokenFormat.Type];
        parameters.ClockSkew = CallerTokenFormat.ClockSkew;
        parameters.RequireSignedTokens = true;
        parameters.RequireExpirationTime = true;
        parameters.NameClaimType = CallerClaims.Subject;
        parameters.RoleClaimType = CallerClaims.Role;
        // Keys come from the configured place alone: jku, x5u and jwk in a header are never looked at.
        parameters.IssuerSigningKeyResolver = (_, _, keyId, _) => keys.Find(keyId);
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = ReceivedAsync,
            OnTokenValidated = Validated,
            OnAuthenticationFailed = Failed,
            OnChallenge = ChallengeAsync,
            OnForbidden = ForbiddenAsync,
        };
    }

    private static async Task ReceivedAsync(MessageReceivedContext context)
    {
        if (BearerOf(context.Request) is not { } token) return;
        var services = context.HttpContext.RequestServices;
        if (services.GetRequiredService<ValidatedTokens>().Find(token) is { } principal)
        {
            context.Principal = principal;
            context.Success();
            return;
        }
        if (KeyIdOf(token) is { } keyId)
            await services.GetRequiredService<VerificationKeys>().LookForAsync(keyId, context.HttpContext.RequestAborted);
    }

    private static Task Validated(TokenValidatedContext context)
    {
        if (BearerOf(context.Request) is { } token && context.Principal is { } principal)
            context.HttpContext.RequestServices.GetRequiredService<ValidatedTokens>().Remember(token, principal, context.SecurityToken.ValidTo);
        return Task.CompletedTask;
    }

    private static Task Failed(AuthenticationFailedContext context)
    {
        // The kind of the fault, never its message: that one quotes the token.
        Logger(context.HttpContext).TokenRefused(context.Exception.GetType().Name);
        return Task.CompletedTask;
    }

    private static Task ChallengeAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        context.Response.Headers.WWWAuthenticate = context.AuthenticateFailure is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        return Problem.Unauthenticated().ExecuteAsync(context.HttpContext);
    }

    private static Task ForbiddenAsync(ForbiddenContext context)
    {
        var route = (context.HttpContext.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        Logger(context.HttpContext).NotAllowed(
            context.HttpContext.User.FindFirstValue(CallerClaims.Subject) ?? "", context.Request.Method, route);
        return Problem.Forbidden().ExecuteAsync(context.HttpContext);
    }

    private static ILogger Logger(HttpContext context) =>
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(CallerVerification));

    private static string? BearerOf(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        return header.Count == 1 && header[0]!.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[0]!["Bearer ".Length..].Trim() : null;
    }

    private static string? KeyIdOf(string token)
    {
        if (token.Length > LongestToken) return null;
        try
        {
            return new JsonWebToken(token).Kid is { Length: > 0 } keyId ? keyId : null;
        }
        catch (ArgumentException)
        {
            // Not a token at all: validation says so with its own words.
            return null;
        }
    }
}
