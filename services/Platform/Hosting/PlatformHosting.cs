using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Platform.Telemetry;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>What every service stands on, registered in one call; a service adds its own capabilities after it.</summary>
public static class PlatformHosting
{
    /// <summary>
    /// Storage and migrations, errors, health, drain, limits, idempotency keys, the audit log, telemetry, the API document. Who calls is told by
    /// an authentication scheme that the service adds itself; without one every route under <c>/api</c> answers 401.
    /// </summary>
    public static WebApplicationBuilder AddPlatform(this WebApplicationBuilder builder, ServiceSchema schema)
    {
        var connection = builder.Configuration.GetConnectionString(schema.Schema)
            ?? throw new InvalidOperationException($"ConnectionStrings__{schema.Schema} is not set.");
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddValidatedOptions<HostingOptions>(HostingOptions.Section);
        services.AddServiceStorage(connection, schema);
        services.ConfigureHttpJsonOptions(options => Strict(options.SerializerOptions));
        services.AddAuthentication();
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.AddPlatformTelemetry(schema.Schema);
        AddErrors(services);
        AddLimits(builder);
        AddIdempotency(services);
        services.AddAudit();
        services.AddApiDocument(schema.Schema);
        AddLife(builder);
        return builder;
    }

    /// <summary>The pipeline common to all services, and the health routes. A service maps its own routes after it.</summary>
    /// <param name="beforeAuthorization">What stands between knowing the caller and letting it in: the gateway's limits.</param>
    public static WebApplication UsePlatform(this WebApplication app, Action<WebApplication>? beforeAuthorization = null)
    {
        // Before anything is made of them: the host itself validates only after all hosted services have been made.
        app.Services.GetService<IStartupValidator>()?.Validate();
        var phase = app.Services.GetRequiredService<ServicePhase>();
        app.Services.GetRequiredService<RouteTable>().Watch(app);
        var service = app.Services.GetRequiredService<ServiceTag>().Name;
        app.Use((context, next) => PlatformTelemetry.TagAsync(context, next, service));
        app.Use(RequestEdge.AnnounceAsync);
        app.Use((context, next) => HealthApi.CloseWhileDrainingAsync(context, next, phase));
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => StatusProblems.WriteAsync(context.HttpContext));
        app.Use(RequestEdge.HeadAsGetAsync);
        app.Use(RequestEdge.RefuseZeroAsync);
        app.Use((context, next) => HealthApi.RefuseUntilMigratedAsync(context, next, phase));
        app.UseRouting();
        app.UseRequestTimeouts();
        app.UseAuthentication();
        beforeAuthorization?.Invoke(app);
        app.UseAuthorization();
        var once = app.Services.GetRequiredService<IdempotencyMiddleware>();
        app.Use(once.InvokeAsync);
        app.MapHealth();
        app.MapApiDocument();
        return app;
    }

    /// <summary>JSON as the suite reads and writes it: numbers are numbers, no field twice, Chinese unescaped.</summary>
    public static void Strict(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = false;
        options.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }

    private static void AddErrors(IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddSingleton<ExceptionProblems>();
        services.AddSingleton<IExceptionHandler>(provider => provider.GetRequiredService<ExceptionProblems>());
        // What the framework cannot bind reaches ExceptionProblems, which names the field.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    private static void AddLimits(WebApplicationBuilder builder)
    {
        builder.Services.AddRequestTimeouts();
        builder.Services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<HostingOptions>>((timeouts, hosting) =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy
            {
                Timeout = hosting.Value.RequestTimeout,
                TimeoutStatusCode = 503,
                WriteTimeoutResponse = context => Problem.Unavailable(StatusProblems.RetrySoon).ExecuteAsync(context),
            });
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IConfiguration>((server, configuration) =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = Math.Max(0, HostingOptions.Unvalidated(configuration).MaxBodyBytes);
            server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
    }

    private static void StopWithin(HostOptions host, HostingOptions hosting) => host.ShutdownTimeout = hosting.DrainDelay + hosting.FinishWithin;

    private static void AddIdempotency(IServiceCollection services)
    {
        services.AddValidatedOptions<IdempotencyOptions>(IdempotencyOptions.Section);
        services.AddSingleton<IdempotencyStore>();
        services.AddSingleton<IdempotencyMiddleware>();
        services.AddHostedService<IdempotencyPruning>();
    }

    private static void AddLife(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<ServicePhase>();
        services.AddSingleton<RouteTable>();
        services.AddSingleton<Readiness>();
        services.AddHostedService<RouteCheck>();
        services.AddHostedService<MigrateAtStart>();
        services.AddHostedService<Drain>();
        services.AddHealthChecks().AddCheck<DatabaseCheck>("database", tags: [Readiness.Tag]);
        services.AddOptions<Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckServiceOptions>().PostConfigure<IOptions<HostingOptions>>((checks, hosting) =>
        {
            foreach (var check in checks.Registrations.Where(check => check.Timeout == Timeout.InfiniteTimeSpan))
                check.Timeout = hosting.Value.HealthDeadline;
        });
        services.AddOptions<HostOptions>().Configure<IConfiguration>((host, configuration) => StopWithin(host, HostingOptions.Unvalidated(configuration)));
        builder.Host.ConfigureContainer<IServiceCollection>(StartOrder.Arrange);
    }
}
