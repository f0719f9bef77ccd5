using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Care.Calendars;

/// <summary>Business calendars over HTTP: when people work, for all promises that count working time.</summary>
internal static class CalendarsApi
{
    public static void MapCalendars(this IEndpointRouteBuilder api)
    {
        var calendars = api.MapGroup("/calendars").WithTags("Calendars");
        calendars.MapGet("", ListAsync).WithName("listCalendars").WithSummary("Every business calendar")
            .RequireRoles(Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin);
        calendars.MapGet("/{id}", GetAsync).WithName("getCalendar").WithSummary("One business calendar")
            .RequireRoles(Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin);
        calendars.MapPut("/{id}", PutAsync).WithName("putCalendar").WithSummary("Make a calendar, or its next version")
            .WithDescription("Open tickets whose promises count by it get new due instants with the next round of reminders.")
            .Accepts<CalendarInput>("application/json").RequireRoles(Roles.Supervisor, Roles.Manager, Roles.Admin).RequireAllRegions();
    }

    private static async Task<Ok<CalendarsBody>> ListAsync(CalendarStore store, CancellationToken cancellation) =>
        TypedResults.Ok(new CalendarsBody([.. (await store.AllAsync(cancellation)).Select(CalendarBody.Of)]));

    private static async Task<Results<Ok<CalendarBody>, Problem>> GetAsync(string id, HttpContext http, CalendarStore store, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } found) return Problem.NotFound();
        http.Response.Tag(found.Revision);
        return TypedResults.Ok(CalendarBody.Of(found));
    }

    private static async Task<Results<Ok<CalendarBody>, Problem>> PutAsync(string id, HttpContext http, CalendarStore store, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var calendar = CalendarInput.Read(fields, id);
        if (!Codes.IsCode(id)) fields.Fail("id", Codes.Wrong);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        var before = (await store.FindAsync(id, cancellation))?.Revision ?? 0;
        if (EntityTags.IfMatch(http.Request, before) is { } changed) return changed;
        if (await store.PutAsync(calendar, before, Caller.Of(http.User).Subject, cancellation) is { } refused) return refused;
        return await GetAsync(id, http, store, cancellation);
    }
}

internal sealed record CalendarsBody(IReadOnlyList<CalendarBody> Calendars);

/// <param name="Week">By <c>sunday</c> … <c>saturday</c>; a closed day has no window.</param>
/// <param name="Revision">Counts its versions.</param>
internal sealed record CalendarBody(
    string Id, Names Names, string TimeZone, IReadOnlyDictionary<string, IReadOnlyList<WindowInput>> Week, IReadOnlyList<DateOnly> Holidays,
    IReadOnlyList<ExtraDayInput> ExtraDays, int Revision, DateTimeOffset UpdatedAt, string UpdatedBy)
{
    public static CalendarBody Of(StoredCalendar stored)
    {
        var told = CalendarInput.Of(stored.Calendar);
        return new CalendarBody(
            stored.Calendar.Id, told.Names, told.TimeZone, told.Week, told.Holidays!, told.ExtraDays!, stored.Revision, stored.UpdatedAt, stored.UpdatedBy);
    }
}
