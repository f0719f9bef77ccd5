using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ECommerce.Channels.Kpi.Views;

/// <summary>Saved views over HTTP: everybody keeps his own, and sees those that others share.</summary>
internal static class SavedViewsApi
{
    private static readonly string[] Users = [Roles.Manager, Roles.Supervisor, Roles.Sre, Roles.Admin];

    public static void Map(IEndpointRouteBuilder app)
    {
        var views = app.MapGroup("/api/v1/kpi/views").WithTags("Views").RequireRoles(Users);
        views.MapGet("", List).WithName("listViews").WithSummary("One's own views and the shared ones");
        views.MapPost("", Post).WithName("saveView").WithSummary("Keep a view of a screen");
        views.MapGet("/{id}", Get).WithName("getView").WithSummary("A view");
        views.MapPut("/{id}", Put).WithName("changeView").WithSummary("Change a view of one's own");
        views.MapDelete("/{id}", Remove).WithName("deleteView").WithSummary("Take a view of one's own away; an admin also shared ones");
    }

    /// <param name="screen">Views of this screen only.</param>
    private static async Task<Ok<SavedViewsBody>> List(string? screen, HttpContext http, [FromServices] SavedViewStore store, CancellationToken cancellation) =>
        TypedResults.Ok(new SavedViewsBody(await store.ListAsync(Caller.Of(http.User).Subject, screen, cancellation)));

    private static async Task<Results<Created<SavedView>, Problem>> Post(
        JsonBody<SavedViewInput> body, HttpContext http, [FromServices] SavedViewStore store, CancellationToken cancellation)
    {
        if (await store.AddAsync(body.Value, Caller.Of(http.User).Subject, cancellation) is not { } view)
            return Problem.Conflict("too-many-views", new Text($"最多保存 {SavedViewRules.MostPerOwner} 个视图", $"There may be {SavedViewRules.MostPerOwner} views at most"));
        http.Response.Tag(view.Revision);
        return TypedResults.Created($"/api/v1/kpi/views/{view.Id}", view);
    }

    private static async Task<Results<Ok<SavedView>, Problem>> Get(
        string id, HttpContext http, [FromServices] SavedViewStore store, CancellationToken cancellation)
    {
        var view = await store.FindAsync(id, cancellation);
        if (view is null || !SavedViewRules.IsSeenBy(view, Caller.Of(http.User))) return Problem.NotFound();
        http.Response.Tag(view.Revision);
        return TypedResults.Ok(view);
    }

    private static async Task<Results<Ok<SavedView>, Problem>> Put(
        string id, JsonBody<SavedViewInput> body, HttpContext http, [FromServices] SavedViewStore store, CancellationToken cancellation)
    {
        var view = await store.FindAsync(id, cancellation);
        if (SavedViewRules.Refusal(view, Caller.Of(http.User)) is { } refused) return refused;
        if (EntityTags.IfMatch(http.Request, view!.Revision) is { } changed) return changed;
        if (await store.ChangeAsync(view, body.Value, cancellation) is not { } after) return Problem.PreconditionFailed();
        http.Response.Tag(after.Revision);
        return TypedResults.Ok(after);
    }

    private static async Task<Results<NoContent, Problem>> Remove(
        string id, HttpContext http, [FromServices] SavedViewStore store, CancellationToken cancellation)
    {
        var view = await store.FindAsync(id, cancellation);
        if (SavedViewRules.RefusalToDelete(view, Caller.Of(http.User)) is { } refused) return refused;
        if (EntityTags.IfMatch(http.Request, view!.Revision) is { } changed) return changed;
        return await store.DeleteAsync(view, Caller.Of(http.User), cancellation) ? TypedResults.NoContent() : Problem.PreconditionFailed();
    }
}

internal sealed record SavedViewsBody(IReadOnlyList<SavedView> Views);

public static class ViewsService
{
    public static WebApplicationBuilder AddViews(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SavedViewStore>();
        builder.Services.AddSingleton<AnnotationStore>();
        builder.Services.AddSingleton<PreferenceStore>();
        return builder;
    }

    public static WebApplication MapViews(this WebApplication app)
    {
        SavedViewsApi.Map(app);
        AnnotationsApi.Map(app);
        PreferencesApi.Map(app);
        return app;
    }
}
