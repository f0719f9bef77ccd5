using System.ComponentModel.DataAnnotations;

namespace ECommerce.Channels.Platform.Live;

/// <summary>Settings of a service's streams of events: section <c>Live</c>.</summary>
public class StreamOptions
{
    /// <summary>After so long without an event a comment is sent. Default 15 s: proxies close what is silent for 60 to 100 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A stream ends after so long and its reader comes back: what was taken from a person ends with it. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Events kept for readers that come back. Default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int Buffer { get; set; } = 1_000;

    /// <summary>Events that wait for one reader at most; above, it is cut off. Default 100.</summary>
    [Range(1, 100_000)]
    public int Waiting { get; set; } = 100;

    /// <summary>Open streams of one replica. Default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreams { get; set; } = 10_000;
}
