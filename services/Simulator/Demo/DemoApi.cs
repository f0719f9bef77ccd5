using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
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
            .RequireRoles(Roles.Manager, Roles.Sre, Roles.Admin);
        simulator.MapPost("/resume", (HttpContext http, DemoControl control, CancellationToken cancellation) => control.PauseAsync(http, false, cancellation))
            .WithName("resumeSimulator").WithSummary("Let the live stream go on")
            .RequireRoles(Roles.Manager, Roles.Sre, Roles.Admin);
        simulator.MapPut("/speed", (JsonBody<SpeedInput> body, HttpContext http, DemoControl control, CancellationToken cancellation) => control.HurryAsync(http, body.Value.Speed, cancellation))
            .WithName("hurrySimulator").WithSummary("So many times the customers from now on: time itself cannot be hurried, since no event may lie in the future")
            .RequireRoles(Roles.Manager, Roles.Sre, Roles.Admin);
    }

    private static async Task<Ok<SimulatorBody>> GetAsync(
        DemoStore store, DemoProgress progress, DemoZone zone, TimeProvider time, CancellationToken cancellation)
    {
        var state = await store.FindAsync(cancellation);
        if (state is null) return TypedResults.Ok(new SimulatorBody(false, progress.State, 0, null, null, 0, 1, 0, progress.Fault, progress.Refusal, []));
        var stories = new Stories(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(state.Anchor, zone.Zone).DateTime), zone.Zone);
        var demo = state.Removal != "done";
        var name = state.Removal switch { "asked" => "removing", "done" => "removed", _ => progress.State };
        return TypedResults.Ok(new SimulatorBody(
            demo, name, progress.Done, demo ? state.Anchor.AddMonths(-DemoOperator.Months) : null, demo ? state.Through : null, state.Events, state.Speed,
            Math.Round(progress.RateAt(time.GetUtcNow()), 2), progress.Fault, progress.Refusal, demo ? [.. stories.All.Select(StoryBody.Of)] : []));
    }
}

/// <summary>What people ask of the stream; each wish is kept with its line in the audit chain.</summary>
internal sealed class DemoControl(NpgsqlDataSource database, AuditLog audit, DemoWake wake, TimeProvider time)
{
    public Task<Results<NoContent, Problem>> PauseAsync(HttpContext http, bool paused, CancellationToken cancellation) => ChangeAsync(
        http, paused ? "demo.paused" : "demo.resumed", new { },
        transaction => DemoStore.PauseAsync(transaction, paused, cancellation), cancellation);

    public Task<Results<NoContent, Problem>> HurryAsync(HttpContext http, int speed, CancellationToken cancellation) => ChangeAsync(
        http, "demo.hurried", new { speed },
        transaction => DemoStore.HurryAsync(transaction, speed, time.GetUtcNow(), cancellation), cancellation);

    private async Task<Results<NoContent, Problem>> ChangeAsync(
        HttpContext http, string action, object details, Func<NpgsqlTransaction, Task<bool>> change, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await change(transaction)) return NoDemo();
        await audit.AppendAsync(transaction, new AuditEntry(Caller.Of(http.User).Subject, action, "demo", details), cancellation);
        await transaction.CommitAsync(cancellation);
        wake.Ask();
        return TypedResults.NoContent();
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
/// <param name="From">The first transaction is not older.</param>
/// <param name="To">Everything before is in the log.</param>
/// <param name="Events">Transactions sent so far.</param>
/// <param name="Speed">How many times the operator's customers are there.</param>
/// <param name="Rate">Transactions a second over the last minute.</param>
/// <param name="Fault">Why nothing moves; null while all is well.</param>
/// <param name="Refusal">Why there is no demo although one was wanted: other-data, or null.</param>
internal sealed record SimulatorBody(
    bool Demo, string State, double Progress, DateTimeOffset? From, DateTimeOffset? To, long Events, int Speed, double Rate, string? Fault,
    string? Refusal, IReadOnlyList<StoryBody> Stories);

/// <summary>A planted story.</summary>
/// <param name="Indicator">Where it shows.</param>
internal sealed record StoryBody(
    string Id, DateTimeOffset From, DateTimeOffset To, IReadOnlyDictionary<string, string> Names, string Indicator, string? Channel, string? Service)
{
    public static StoryBody Of(Story story) => new(
        story.Id, story.From, story.To, new Dictionary<string, string> { ["zh-CN"] = story.Chinese, ["en"] = story.English }, story.Indicator,
        story.Channel, story.Service);
}

internal static class DemoService
{
    public static void AddDemo(this IServiceCollection services, string zone)
    {
        services.AddSingleton(new DemoZone(TimeZoneInfo.FindSystemTimeZoneById(zone)));
        services.AddSingleton<DemoStore>();
        services.AddSingleton<DemoProgress>();
        services.AddSingleton<DemoWake>();
        services.AddSingleton<DemoControl>();
        services.AddSingleton<DemoSetup>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SuiteClient>(
            provider, new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(100) }));
        services.AddHostedService<DemoStream>();
    }
}
