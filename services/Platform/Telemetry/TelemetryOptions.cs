namespace ECommerce.Channels.Platform.Telemetry;

/// <summary>
/// Settings <c>Telemetry:*</c>. Where to send is OpenTelemetry's own setting <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; without it nothing is
/// exported.
/// </summary>
public sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>
    /// The process has one tracer and one meter provider for all its services (<see cref="SuiteTelemetry"/>), so this one registers none:
    /// listeners hear the whole process, and four of them would count each request four times. Default false.
    /// </summary>
    public bool Shared { get; set; }

    /// <summary>
    /// Make spans and count requests though nothing is exported by OTLP, for an exporter that was added otherwise. Without either, work
    /// that nobody sees is not done. Default false.
    /// </summary>
    public bool Always { get; set; }

    /// <summary>How logs look on the console: <c>text</c> (default) or <c>json</c>, one object a line.</summary>
    [System.ComponentModel.DataAnnotations.RegularExpression("text|json", ErrorMessage = "must be text or json")]
    public string Console { get; set; } = "text";
}
