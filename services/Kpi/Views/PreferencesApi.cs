using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.State;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ECommerce.Channels.Kpi.Views;

/// <summary>A user's own preferences over HTTP.</summary>
internal static class PreferencesApi
{
    private static readonly string[] Users = [Roles.Manager, Roles.Agent, Roles.Supervisor, Roles.Interviewer, Roles.Sre, Roles.Admin];

    public static void Map(IEndpointRouteBuilder app)
    {
        var preferences = app.MapGroup("/api/v1/kpi/preferences").WithTags("Preferences").RequireRoles(Users);
        preferences.MapGet("", Get).WithName("getPreferences").WithSummary("One's own preferences; all null where none were kept");
        preferences.MapPut("", Put).WithName("setPreferences").WithSummary("Keep one's own preferences, as a whole");
    }

    private static async Task<Ok<Preferences>> Get(HttpContext http, [FromServices] PreferenceStore store, CancellationToken cancellation)
    {
        var found = await store.FindAsync(Caller.Of(http.User).Subject, cancellation);
        if (found is not null) http.Response.Headers.ETag = $"\"{found.ETag}\"";
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Ok(found?.Value ?? Preferences.None);
    }

    /// <summary>With If-Match the preferences must still be as they were read; with <c>If-None-Match: *</c> there must be none yet; else 412.</summary>
    private static async Task<Results<NoContent, Problem>> Put(
        JsonBody<Preferences> body, HttpContext http, [FromServices] PreferenceStore store, CancellationToken cancellation)
    {
        var (condition, refused) = PreferenceStore.ConditionOf(http.Request);
        if (refused is not null) return refused;
        var result = await store.SaveAsync(Caller.Of(http.User).Subject, body.Value, condition, cancellation);
        return result == StateResult.Saved ? TypedResults.NoContent() : Problem.PreconditionFailed();
    }
}
