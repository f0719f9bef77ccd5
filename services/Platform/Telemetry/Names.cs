// Names follow https://opentelemetry.io/docs/specs/semconv/ (general, http, messaging, database): dotted, lower case, base units.
// What the conventions name is used by their name; what is ours begins with "channels.".
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ECommerce.Channels.Platform.Telemetry;

/// <summary>
/// Every name of a span, a metric and an attribute that the suite makes itself; those of HTTP, the runtime and the database come from
/// their own instrumentations. No customer, number, key or offset is ever an attribute of a metric.
/// </summary>
public static class Names
{
    /// <summary>The one source of spans and the one meter of the suite.</summary>
    public const string Source = "ECommerce.Channels";

    /// <summary>Which service of the suite: <c>kpi</c>, <c>care</c>, <c>gateway</c>. On every span and every request's metrics.</summary>
    public const string Service = "channels.service";

    public static class Messaging
    {
        public const string System = "messaging.system";
        public const string Operation = "messaging.operation.name";
        public const string OperationType = "messaging.operation.type";
        public const string Destination = "messaging.destination.name";
        public const string Partition = "messaging.destination.partition.id";
        public const string Group = "messaging.consumer.group.name";
        public const string Offset = "messaging.kafka.offset";
        public const string BatchSize = "messaging.batch.message_count";
    }

    public const string ErrorType = "error.type";

    internal const string Path = "url.path";
    internal const string FullUrl = "url.full";
    internal const string Route = "http.route";
}

/// <summary>Where spans and instruments of the suite are made. Static: listeners are of the whole process in any case.</summary>
public static class ChannelsTelemetry
{
    public static readonly ActivitySource Spans = new(Names.Source);

    public static readonly Meter Meter = new(Names.Source);

    /// <summary>Boundaries of a histogram of durations in seconds, as the conventions advise for HTTP, with shorter and longer ones.</summary>
    public static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60],
    };

    /// <summary>A span outside of any request, of the service that does the work: a consumer's batch, a relay's round.</summary>
    public static Activity? Start(string name, ActivityKind kind, string service, ActivityContext parent = default, IEnumerable<ActivityLink>? links = null) =>
        Spans.StartActivity(name, kind, parent, [new(Names.Service, service)], links);
}
