using ECommerce.Channels.Gateway.Access;
using ECommerce.Channels.Gateway.Limits;
using ECommerce.Channels.Gateway.Pages;
using ECommerce.Channels.Gateway.Proxy;
using ECommerce.Channels.Gateway.Sessions;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Gateway;

/// <summary>The suite's door: sign-in, keys, limits, routes to the services. One registration for its own process and for the suite in one process.</summary>
public static class GatewayService
{
    /// <summary>The gateway's own OpenAPI document, <c>/openapi/access.json</c>.</summary>
    public const string DocumentName = "access";

    /// <summary>Room for a token of 64 kB, so that it is answered 401 like any bad credential.</summary>
    private const int HeaderBytes = 96 * 1024;

    public static readonly ServiceSchema Schema = ServiceSchema.Of("gateway", typeof(GatewayService).Assembly, "Access");

    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        builder.AddPlatform(Schema);
        builder.Services.AddValidatedOptions<GatewayOptions>(GatewayOptions.Section);
        var options = builder.Configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>() ?? new GatewayOptions();
        // Two lines for every request, with its path: traces and metrics say it. A service that is down would be a stack trace every two
        // seconds: readiness and the forwarder's own line say it.
        builder.Logging.AddFilter("Yarp", LogLevel.Warning).AddFilter("Yarp.ReverseProxy.Health", LogLevel.Error);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytes);
        AddEdge(builder.Services, options);
        AddAccess(builder);
        builder.AddOpenIdSignIn();
        builder.AddServiceProxy(options);
        AddHealth(builder);
        return builder;
    }

    public static WebApplication MapGateway(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RequestLimits>();
        app.UseForwardedHeaders();
        app.Use(SecurityHeaders.AddAsync);
        app.Use(ApiPage.NameOwnDocumentAsync);
        app.UsePlatform(beforeAuthorization: edge =>
        {
            edge.Use(limits.InvokeAsync);
            edge.UseMiddleware<TrustedDirectory>();
            edge.UseMiddleware<CrossSiteGuard>();
            edge.UseMiddleware<ConsolePage>();
        });
        app.MapSessions();
        app.MapAccounts();
        app.MapKeys();
        app.MapAudit("access");
        app.MapApiPage(app.Configuration);
        app.MapServiceProxy();
        return app;
    }

    private static void AddEdge(IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton<RequestLimits>();
        services.AddConsole();
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            forwarded.KnownIPNetworks.Clear();
            forwarded.KnownProxies.Clear();
            foreach (var network in options.KnownNetworks) forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
            if (options.KnownNetworks.Count == 0) forwarded.ForwardedHeaders = ForwardedHeaders.None;
            forwarded.ForwardLimit = null;
        });
    }

    private static void AddAccess(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddValidatedOptions<IdentityOptions>(IdentityOptions.Section);
        services.AddSingleton(provider => new CallerTokens(
            provider.GetRequiredService<IOptions<IdentityOptions>>().Value.SigningKeyFile
                ?? throw new InvalidOperationException("Identity:SigningKeyFile is not set: the PEM file of the key that caller tokens are signed with."),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AccessDirectory>();
        services.AddHostedService(provider => provider.GetRequiredService<AccessDirectory>());
        services.AddHostedService<AccessCleanup>();
        services.AddSingleton<AccessChanges>();
        services.AddSingleton<AccountStore>();
        services.AddSingleton<KeyStore>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SignInAttempts>();
        services.AddSingleton<SignInCheck>();
        services.AddSingleton<DemoSignIn>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<DataProtectionKeys>();
        services.AddSingleton<IConfigureOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>, DataProtectionSetup>();
        services.AddDataProtection(protection => protection.ApplicationDiscriminator = "channels");
        services.AddAuthentication(CallerAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, CallerAuthentication>(CallerAuthentication.SchemeName, configureOptions: null);
        services.AddDenialByDefault();
    }

    /// <summary>
    /// Each service that requests are sent to is a part of the gateway's readiness, but those that an installation may do without: the
    /// demo operator's.
    /// </summary>
    private static void AddHealth(WebApplicationBuilder builder)
    {
        var services = builder.Configuration.GetSection("ReverseProxy:Clusters").GetChildren()
            .Where(cluster => !cluster.GetValue("Metadata:Optional", defaultValue: false))
            .Select(cluster => ServiceProxy.ServiceOf(cluster.Key)).Distinct();
        foreach (var service in services)
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                service,
                provider => new DestinationsCheck(provider.GetRequiredService<Yarp.ReverseProxy.IProxyStateLookup>(), service),
                HealthStatus.Unhealthy,
                ["ready"]));
        }
    }
}
