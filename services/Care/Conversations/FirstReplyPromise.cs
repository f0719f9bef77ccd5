using ECommerce.Channels.Care.Calendars;
using ECommerce.Channels.Care.Desk;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Care.Conversations;

/// <summary>Until when a customer who comes now is promised a first reply: so much working time of the desk's calendar.</summary>
internal sealed class FirstReplyPromise(CalendarStore calendars, IOptions<DeskOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(30);
    private (WorkingTime? Hours, long ReadAt)? kept;

    /// <summary>Null where the calendar of the settings is not there: then nothing is promised.</summary>
    public async Task<DateTimeOffset?> DueAsync(DateTimeOffset from, CancellationToken cancellation)
    {
        if (kept is not var (hours, readAt) || time.GetElapsedTime(readAt) > Age)
        {
            var calendar = await calendars.FindAsync(options.Value.Calendar, cancellation);
            hours = calendar is null ? null : new WorkingTime(calendar.Calendar);
            kept = (hours, time.GetTimestamp());
        }
        return hours?.After(from, options.Value.FirstReply);
    }
}
