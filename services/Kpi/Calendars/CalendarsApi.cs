using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Kpi.Calendars;

/// <summary>Which day it is at the operator, up to when figures are, and which days are holidays.</summary>
internal static class CalendarsApi
{
    private const int MostDays = 3_700;
    private static readonly string[] Readers = [Roles.Manager, Roles.Supervisor, Roles.Sre, Roles.Admin, Roles.Portal];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/kpi/clock", GetClock).WithName("getClock").WithTags("Calendar")
            .WithSummary("The operator's zone and day, up to when figures are, and the days that have any").RequireRoles(Readers);
        app.MapGet("/api/v1/kpi/holidays", GetHolidays).WithName("listHolidays").WithTags("Calendar")
            .WithSummary("The public holidays that touch a period of up to ten years").RequireRoles(Readers);
    }

    private static async Task<Ok<ClockBody>> GetClock(
        OpenFigureSource open, OperatorZone zone, Today today, HttpContext http, CancellationToken cancellation)
    {
        await using var source = await open(cancellation);
        http.Response.Headers.CacheControl = "private, no-cache";
        var days = await source.DaysAsync(cancellation);
        return TypedResults.Ok(new ClockBody(zone.Id, today.Day, source.AsOf, days?.First, days?.Last));
    }

    /// <param name="from">First day.</param>
    /// <param name="to">Exclusive.</param>
    private static Results<Ok<HolidaysBody>, Problem> GetHolidays(string? from, string? to, Today today)
    {
        var errors = new FieldErrors();
        var (first, last) = (CatalogueApi.RequiredDay(from, "from", today, errors), CatalogueApi.RequiredDay(to, "to", today, errors));
        if (!errors.Any && last <= first) errors.Add("to", "须晚于 from", "Must be after from");
        if (!errors.Any && last.DayNumber - first.DayNumber > MostDays)
            errors.Add("to", $"距 from 不得超过 {MostDays} 天", $"Must be within {MostDays} days of from");
        if (errors.Any) return Problem.BadInput(errors);
        return TypedResults.Ok(new HolidaysBody([.. Holidays.Between(first, last)]));
    }
}

/// <param name="TimeZone">As IANA names it.</param>
/// <param name="Today">The day that it is there.</param>
/// <param name="AsOf">Everything accepted up to then is in the figures.</param>
/// <param name="FirstDay">The first day with a transaction; null where there has never been one.</param>
/// <param name="LastDay">The last day with one.</param>
internal sealed record ClockBody(string TimeZone, DateOnly Today, DateTimeOffset AsOf, DateOnly? FirstDay, DateOnly? LastDay);

internal sealed record HolidaysBody(IReadOnlyList<Holiday> Holidays);

public static class CalendarsService
{
    public static WebApplication MapCalendars(this WebApplication app)
    {
        CalendarsApi.Map(app);
        return app;
    }
}
