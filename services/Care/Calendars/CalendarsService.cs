namespace ECommerce.Channels.Care.Calendars;

internal static class CalendarsService
{
    public static IServiceCollection AddCalendars(this IServiceCollection services) => services.AddSingleton<CalendarStore>();
}
