using System.ComponentModel.DataAnnotations;

namespace ECommerce.Channels.Gateway;

/// <summary>Settings of the gateway, section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>Networks (<c>10.0.0.0/8</c>) of proxies in front of the gateway, whose X-Forwarded-For and -Proto are believed. Default none: the connection is the caller.</summary>
    public IReadOnlyList<string> KnownNetworks { get; set; } = [];

    /// <summary>Origins (<c>https://console.example</c>) besides the gateway's own host from which a signed-in browser may change things. Default none.</summary>
    public IReadOnlyList<string> Origins { get; set; } = [];

    /// <summary>Resolve the services' names by DNS again and again, and spread over all addresses: for headless services of Kubernetes. Default off.</summary>
    public bool ResolveByDns { get; set; }

    /// <summary>Requests a minute of one signed-in person, all browsers together. Default 1,200.</summary>
    [Range(1, 10_000_000)]
    public int SessionRequestsPerMinute { get; set; } = 1_200;

    /// <summary>Requests a minute without valid credentials from one address (IPv6: one /64). Default 3,000: an office may share one address.</summary>
    [Range(1, 10_000_000)]
    public int AnonymousRequestsPerMinute { get; set; } = 3_000;

    /// <summary>How long a session lasts at most. Default 12 hours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Let people on this machine try the demo operator's accounts without a password, while it is there. Default off.</summary>
    public bool DemoSignIn { get; set; }

    /// <summary>Folder of the console's built files. Default: <c>wwwroot</c> beside the program.</summary>
    public string? ConsoleFolder { get; set; }

    /// <summary>How often destinations are asked for their health. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan HealthInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Sign-in attempts on one account, from one address, before it has to wait. Default 10 in 15 minutes.</summary>
    [Range(1, 1_000_000)]
    public int SignInAttempts { get; set; } = 10;
}
