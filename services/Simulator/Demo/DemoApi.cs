using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Simulator.Demo.Serving;
using ECommerce.Channels.Simulator.Operator;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace ECommerce.Channels.Simulator.Demo;

internal static class DemoApi
{
    public static void MapDemo(this WebApplication app)
    {
        var simulator = app.MapGroup("/api/v1/simulator").WithTags("Demo");
        simulator.MapGet("", GetAsync).WithName("getSimulator").WithSummary("The demo operator: what it does, how far it is, and its planted stories")
            .RequireRoles([.. Roles.All]);
        simulator.MapPost("/pause", (HttpContext http, DemoControl control, CancellationToken cancellation) => control.PauseAsync(http, true, cancellation))
            .WithName("pauseSimulator").WithSummary("Hold the live stream; what happens meanwhile is sent when it goes on")
            .RequireRoles(Roles.Manager, Roles.Sre, Roles.Admin).RequireAllRegions();
        simulator.MapPost("/resume", (HttpContext http, DemoControl control, CancellationToken cancellation) => control.PauseAsync(http, false, cancellation))
            .WithName("resumeSimulator").WithSummary("Let the live stream go on")
            .RequireRoles(Roles.Manager, Roles.Sre, Roles.Admin).RequireAllRegions();
        simulator.MapDelete("/demo", RemoveAsync).WithName("removeDemo").WithSummary("Remove the demo operator and everything that it brought")
            .WithDescription(
                "202, and the state becomes removing and then removed. 409 where kpi could not forget it without losing events of other "
                + "sources, which it names; force=true does it all the same.")
            .RequireRoles(Roles.Manager, Roles.Admin).RequireAllRegions();
        simulator.MapPut("/speed", HurryAsync).WithName("hurrySimulator")
            .WithSummary("So many times the customers from now on: time itself cannot be hurried, since no event may lie in the future")
            .RequireRoles(Roles.Manager, Roles.Sre, Roles.Admin).RequireAllRegions();
    }

    private static async Task<Ok<SimulatorBody>> GetAsync(
        DemoStore store, DemoProgress progress, StoryAnswers answers, DemoZone zone, TimeProvider time, CancellationToken cancellation)
    {
        var state = await store.FindAsync(cancellation);
        if (state is null) return TypedResults.Ok(new SimulatorBody(false, progress.State, 0, null, null, 0, 1, 0, progress.Fault, progress.Refusal, []));
        var today = zone.DayOf(state.Anchor);
        var stories = new Stories(today, zone.Zone).All;
        var demo = state.Removal != DemoState.Removed;
        var name = state.Removal is null ? progress.State : demo ? "removing" : "removed";
        if (state.Removal is null && stories.Any(story => story.From < state.Through && answers.Find(story, state.Through) is null))
            answers.ComputeAside(state);
        return TypedResults.Ok(new SimulatorBody(
            demo, name, progress.Done, demo ? today.AddMonths(-DemoOperator.Months) : null, demo ? state.Through : null, state.Events, state.Speed,
            Math.Round(progress.RateAt(time.GetUtcNow()), 2), progress.Fault, progress.Refusal, demo ? [.. stories.Select(story => StoryBody.Of(story, answers.Find(story, state.Through)))] : []));
    }

    private static Task<Results<NoContent, Problem>> HurryAsync(
        JsonBody<SpeedInput> body, HttpContext http, DemoControl control, CancellationToken cancellation) =>
        control.HurryAsync(http, body.Value.Speed, cancellation);

    private static async Task<Results<Accepted, Problem>> RemoveAsync(
        bool? force, HttpContext http, DemoControl control, DemoSetup setup, CancellationToken cancellation)
    {
        try
        {
            await setup.ForgetAsync(force ?? false, dryRun: true, cancellation);
        }
        catch (SuiteRefusedException refused) when (refused.Status == StatusCodes.Status409Conflict)
        {
            return Problem.Conflict("sources-not-in-log", new Text(
                $"日志已不含其他数据源的全部业务，移除演示数据会丢失它们；用 force 移除后须重新导入：{refused.Message}",
                $"The log no longer holds all events of other sources: they would be lost; with force, and import them again: {refused.Message}"));
        }
        return await control.RemoveAsync(http, force ?? false, cancellation) is { } problem ? problem : TypedResults.Accepted((string?)null);
    }
}

/// <summary>What people ask of the stream; each wish is kept with its line in the audit chain.</summary>
internal sealed class DemoControl(NpgsqlDataSource database, AuditLog audit, DemoWake wake, TimeProvider time)
{
    public async Task<Results<NoContent, Problem>> PauseAsync(HttpContext http, bool paused, CancellationToken cancellation) =>
        NoContentOr(await ChangeAsync(
            http, paused ? "demo.paused" : "demo.resumed", new { },
            transaction => DemoStore.PauseAsync(transaction, paused, cancellation), cancellation));

    public async Task<Results<NoContent, Problem>> HurryAsync(HttpContext http, int speed, CancellationToken cancellation) =>
        NoContentOr(await ChangeAsync(
            http, "demo.hurried", new { speed },
            transaction => DemoStore.HurryAsync(transaction, speed, time.GetUtcNow(), cancellation), cancellation));

    /// <returns>Null where it is to be removed now.</returns>
    public Task<Problem?> RemoveAsync(HttpContext http, bool force, CancellationToken cancellation) => ChangeAsync(
        http, "demo.removal-asked", new { force }, transaction => DemoStore.RemoveAsync(transaction, force, cancellation), cancellation);

    private static Results<NoContent, Problem> NoContentOr(Problem? problem) => problem is null ? TypedResults.NoContent() : problem;

    private async Task<Problem?> ChangeAsync(
        HttpContext http, string action, object details, Func<NpgsqlTransaction, Task<bool>> change, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await change(transaction)) return NoDemo();
        await audit.AppendAsync(transaction, new AuditEntry(Caller.Of(http.User).Subject, action, "demo", details), cancellation);
        await transaction.CommitAsync(cancellation);
        wake.Ask();
        return null;
    }

    private static Problem NoDemo() => Problem.Conflict("no-demo", new Text("没有演示运营商", "There is no demo operator"));
}

/// <param name="Speed">1 to 100 times the customers.</param>
internal sealed record SpeedInput(int Speed) : IJsonInput<SpeedInput>
{
    public static SpeedInput Read(JsonFields fields) => new((int)fields.Integer("speed", 1, DemoOperator.MostCrowds));
}

/// <summary>The demo operator.</summary>
/// <param name="Demo">Its data are in the suite.</param>
/// <param name="State">off, loading, running, paused, removing or removed.</param>
/// <param name="Progress">How much of the history is loaded and counted, 0 to 1.</param>
/// <param name="From">The operator's day on which the history begins.</param>
/// <param name="To">Everything before is in the log.</param>
/// <param name="Events">Transactions sent so far.</param>
/// <param name="Speed">How many times the operator's customers are there.</param>
/// <param name="Rate">Transactions a second over the last minute.</param>
/// <param name="Fault">Why nothing moves; null while all is well.</param>
/// <param name="Refusal">Why there is no demo although one was wanted: other-data, or null.</param>
internal sealed record SimulatorBody(
    bool Demo, string State, double Progress, DateOnly? From, DateTimeOffset? To, long Events, int Speed, double Rate, string? Fault,
    string? Refusal, IReadOnlyList<StoryBody> Stories);

/// <summary>A planted story.</summary>
/// <param name="Indicator">Where it shows, with the channel and the service.</param>
/// <param name="Expect">What the figure has to be; null while it is being computed, and before the story has begun.</param>
internal sealed record StoryBody(
    string Id, DateTimeOffset From, DateTimeOffset To, IReadOnlyDictionary<string, string> Names, string Indicator, string? Channel, string? Service,
    ExpectedBody? Expect)
{
    public static StoryBody Of(Story story, ExpectedBody? expect) => new(
        story.Id, story.From, story.To, new Dictionary<string, string> { ["zh-CN"] = story.Chinese, ["en"] = story.English }, story.Indicator,
        story.Channel, story.Service, expect);
}

internal static class DemoService
{
    public static void AddDemo(this IServiceCollection services, string zone)
    {
        services.AddSingleton(new DemoZone(TimeZoneInfo.FindSystemTimeZoneById(zone)));
        services.AddSingleton<DemoStore>();
        services.AddSingleton<DemoProgress>();
        services.AddSingleton<DemoWake>();
        services.AddSingleton<StoryAnswers>();
        services.AddSingleton<DemoControl>();
        services.AddSingleton<DemoSetup>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SuiteClient>(
            provider, new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(100) }));
        services.AddHostedService<DemoStream>();
        services.AddServing();
    }
}
