using System.Diagnostics;
using System.Reflection;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ECommerce.Channels.Platform.Telemetry;

/// <summary>Traces, metrics and logs of a service by OTLP, and its log on the console.</summary>
public static class PlatformTelemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// One request is one span and one count, where anything takes them. With <c>Telemetry:Shared</c> the process has its providers
    /// already, and only the logs are the service's own.
    /// </summary>
    public static WebApplicationBuilder AddPlatformTelemetry(this WebApplicationBuilder builder, string service)
    {
        builder.Services.AddValidatedOptions<TelemetryOptions>(TelemetryOptions.Section);
        builder.Services.AddSingleton(new ServiceTag(service));
        AddConsole(builder);
        var send = HasEndpoint(builder.Configuration);
        var shared = builder.Configuration.GetSection(TelemetryOptions.Section).GetValue<bool>(nameof(TelemetryOptions.Shared));
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(service, "channels", Version, autoGenerateServiceInstanceId: false, Environment.MachineName))
            .WithLogging(logs => Send(logs, send && shared), Format);
        if (shared || !IsHeard(builder.Configuration)) return builder;
        telemetry.WithTracing(Listen).WithMetrics(Listen);
        if (send) telemetry.UseOtlpExporter();
        return builder;
    }

    internal static string Version { get; } =
        typeof(PlatformTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>Whether anything takes spans and metrics.</summary>
    internal static bool IsHeard(IConfiguration configuration) =>
        HasEndpoint(configuration) || configuration.GetSection(TelemetryOptions.Section).GetValue<bool>(nameof(TelemetryOptions.Always));

    internal static bool HasEndpoint(IConfiguration configuration) => configuration[Endpoint] is { Length: > 0 };

    // Not the proxy's own source: it makes a second server span of each request that the gateway passes on.
    internal static void Listen(TracerProviderBuilder traces) => traces
        .AddSource(Names.Source)
        .AddProcessor(new InheritService())
        .AddProcessor(new WithoutIds())
        .AddNpgsql()
        .AddHttpClientInstrumentation(client => client.FilterHttpRequestMessage = request => !IsProbe(request.RequestUri?.AbsolutePath))
        .AddAspNetCoreInstrumentation(Describe);

    internal static void Listen(MeterProviderBuilder metrics) => metrics
        .AddMeter(Names.Source, "Npgsql", "Polly")
        .AddRuntimeInstrumentation()
        .AddAspNetCoreInstrumentation()
        .AddHttpClientInstrumentation();

    /// <summary>Puts the service's name on the request's span and metrics, and keeps probes out of the metrics.</summary>
    internal static Task TagAsync(HttpContext context, RequestDelegate next, string service)
    {
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
        {
            metrics.Tags.Add(new(Names.Service, service));
            metrics.MetricsDisabled = IsProbe(context.Request.Path);
        }
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span) span.SetTag(Names.Service, service);
        return next(context);
    }

    private static void Send(LoggerProviderBuilder logs, bool send)
    {
        if (send) logs.AddOtlpExporter();
    }

    private static void Format(OpenTelemetryLoggerOptions logs)
    {
        logs.IncludeScopes = true;
        logs.IncludeFormattedMessage = true;
    }

    private static void Describe(AspNetCoreTraceInstrumentationOptions options) => options.Filter = context => !IsProbe(context.Request.Path);

    private static bool IsProbe(string? path) => path?.StartsWith("/health/", StringComparison.Ordinal) == true;

    private static void AddConsole(WebApplicationBuilder builder)
    {
        var logging = builder.Logging;
        logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        // The framework's own lines on each request and call hold the query, which may hold anything.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        // It repeats the same failure with each probe; Readiness logs the changes.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        var section = builder.Configuration.GetSection(TelemetryOptions.Section);
        if (section[nameof(TelemetryOptions.Console)] == "json")
        {
            logging.AddJsonConsole(console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.IncludeScopes = true;
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
                console.ColorBehavior = Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled;
            });
        }
    }
}

/// <summary>The service's name in its telemetry.</summary>
internal sealed record ServiceTag(string Name);

/// <summary>What is done for a request (the database, another service) carries the name of the request's service.</summary>
internal sealed class InheritService : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.GetTagItem(Names.Service) is not null) return;
        for (var above = data.Parent; above is not null; above = above.Parent)
        {
            if (above.GetTagItem(Names.Service) is not { } service) continue;
            data.SetTag(Names.Service, service);
            return;
        }
    }
}

/// <summary>
/// A path holds ids, of customers too, and a trace is kept where nobody can erase them: a span says the route instead, and a call to
/// another service only whom it calls.
/// </summary>
internal sealed class WithoutIds : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.GetTagItem(Names.Path) is not null) data.SetTag(Names.Path, data.GetTagItem(Names.Route) ?? "/");
        if (data.GetTagItem(Names.FullUrl) is string address && Uri.TryCreate(address, UriKind.Absolute, out var url))
            data.SetTag(Names.FullUrl, url.GetLeftPart(UriPartial.Authority));
    }
}
