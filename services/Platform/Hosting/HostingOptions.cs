using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>Settings <c>Hosting:*</c> that every service has.</summary>
public sealed class HostingOptions
{
    public const string Section = "Hosting";

    /// <summary>The largest request body in bytes, where a route names no other limit (413). Default 1 MiB.</summary>
    [Range(1024, 1L << 30)]
    public long MaxBodyBytes { get; set; } = 1 << 20;

    /// <summary>How long a request may take before it is cancelled and answered 503, where a route names no other. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a stopping service is not ready and still answers, so that whoever routes to it stops doing so first. Default 5 s;
    /// zero where nobody routes by readiness.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan DrainDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long requests in flight and background work may take to finish after <see cref="DrainDelay"/>. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan FinishWithin { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a part may take to say that it is well, before the service counts as not ready. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan HealthDeadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The host and its server ask for some settings while they are being built, before all of them are validated: what cannot be read
    /// counts as its default here, and is reported with all the others a moment later.
    /// </summary>
    internal static HostingOptions Unvalidated(IConfiguration configuration)
    {
        var options = new HostingOptions();
        new SectionOptions<HostingOptions>(configuration.GetSection(Section)).Configure(options);
        return options;
    }
}
