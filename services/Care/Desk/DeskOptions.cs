using System.ComponentModel.DataAnnotations;
using ECommerce.Channels.Platform.Live;

namespace ECommerce.Channels.Care.Desk;

/// <summary>Settings of the desk: section <c>Desk</c>.</summary>
public sealed class DeskOptions
{
    /// <summary>An agent whose desk says nothing for so long is not on duty. Default 45 s.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>After so long off duty what an agent has goes back to the queue: long enough to come through a reload or a tunnel. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ReleaseAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the queue is looked at, if nothing happens. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Working time within which a customer is promised a first reply. Default 2 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan FirstReply { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The calendar by which that is counted; a calendar's id. Default around the clock.</summary>
    [Required]
    public string Calendar { get; set; } = Calendars.BusinessCalendar.Always;
}

/// <summary>Settings of the desk's streams of events: section <c>Live</c>.</summary>
public sealed class DeskStreamOptions : StreamOptions;
