using System.Diagnostics.Metrics;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Telemetry;
using Yarp.ReverseProxy.Forwarder;

namespace ECommerce.Channels.Gateway.Proxy;

/// <summary>Counts requests that could not be forwarded, by service and cause.</summary>
internal static class ForwarderMetrics
{
    private static readonly Counter<long> Errors = ChannelsTelemetry.Meter.CreateCounter<long>(
        "channels.gateway.forwarder.errors", "{request}", "Requests that could not be forwarded, by service and cause.");

    public static void Failed(string service, ForwarderError error) =>
        Errors.Add(1, new KeyValuePair<string, object?>(Names.Service, service), new KeyValuePair<string, object?>(Names.ErrorType, error.ToString()));
}

/// <summary>The proxy's own errors have no body: here they become problem details, and are counted.</summary>
internal sealed class ForwarderProblems(RequestDelegate next, ILogger<ForwarderProblems> log)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.GetForwarderErrorFeature() is not { } failure) return;
        var service = ServiceProxy.ServiceOf(context.GetReverseProxyFeature().Cluster.Config.ClusterId);
        if (!context.RequestAborted.IsCancellationRequested)
        {
            ForwarderMetrics.Failed(service, failure.Error);
            log.NotForwarded(service, failure.Error.ToString(), failure.Exception?.GetType().Name ?? "");
        }
        if (!context.Response.HasStarted) await ProblemOf(context, failure.Error).ExecuteAsync(context);
    }

    private static Problem ProblemOf(HttpContext context, ForwarderError error) => error switch
    {
        ForwarderError.RequestTimedOut => Problem.Of(
            504, "timeout", new("后端服务响应超时", "The service took too long to answer")),
        ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled or ForwarderError.RequestCanceled =>
            context.Response.StatusCode == 413 ? TooLarge() : Problem.Of(400, "bad-request", new("请求不完整", "The request did not arrive whole")),
        ForwarderError.ResponseHeaders => Problem.Of(502, "bad-answer", new("后端服务的应答无效", "The service's answer was not valid")),
        _ => Problem.Unavailable(Soon),
    };

    private static Problem TooLarge() => Problem.Of(413, "too-large", new("请求内容过大", "The request is too large"));
}
