using System.Text.Json.Serialization;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>Warnings over HTTP: what needs attention, why, and what people do about it.</summary>
internal static class WarningsApi
{
    private const int Similar = 5;
    private static readonly TimeSpan LongestSnooze = TimeSpan.FromDays(30);
    private static readonly string[] Readers = [Roles.Manager, Roles.Supervisor, Roles.Sre, Roles.Admin];
    private static readonly string[] Actors = [Roles.Manager, Roles.Sre, Roles.Admin];

    public static void Map(IEndpointRouteBuilder app)
    {
        var warnings = app.MapGroup("/api/v1/kpi/warnings").WithTags("Warnings");
        warnings.MapGet("", List).WithName("listWarnings").WithSummary("Open warnings, the most severe first; or all, the latest first").RequireRoles(Readers);
        warnings.MapGet("/{id}", Get).WithName("getWarning").WithSummary("One warning: why it fired, its history, and the last ones of its rule").RequireRoles(Readers);
        warnings.MapPost("/{id}/acknowledge", Acknowledge).WithName("acknowledgeWarning").WithSummary("Say that somebody looks into it").RequireRoles(Actors);
        warnings.MapPost("/{id}/assign", Assign).WithName("assignWarning").WithSummary("Give it an owner, or none").RequireRoles(Actors);
        warnings.MapPost("/{id}/snooze", Snooze).WithName("snoozeWarning").WithSummary("Let it rest until a time").RequireRoles(Actors);
        warnings.MapPost("/{id}/resolve", Resolve).WithName("resolveWarning").WithSummary("Say that it is done, and whether it was worth it").RequireRoles(Actors);
    }

    /// <param name="state">open (default) or all.</param>
    /// <param name="rule">Only of this rule.</param>
    private static async Task<Results<Ok<WarningsBody>, Problem>> List(
        HttpContext http, WarningStore store, EvaluatorLease evaluator, CatalogueHistory history, PageRequest page, CancellationToken cancellation,
        string state = "open", string? rule = null)
    {
        if (state is not ("open" or "all")) return Problem.BadInput("state", "须为 open 或 all", "Must be open or all");
        var regions = Granted.Regions(Caller.Of(http.User).Regions, await history.LatestAsync(cancellation));
        var read = await store.ListAsync(new WarningQuery(state == "open", rule, regions, AfterOf(page), page.Limit + 1), cancellation);
        var shown = Page<Warning>.Of(read, page, one => [RankOf(one).ToString(), one.Since.UtcTicks.ToString(), one.Id]);
        var lines = await store.HistoryAsync([.. shown.Items.Select(one => one.Id)], cancellation);
        var causes = (await store.CausesAsync(regions, cancellation)).Where(cause => cause.Count > 1);
        return TypedResults.Ok(new WarningsBody(
            [.. shown.Items.Select(one => WarningBody.Of(one, lines[one.Id]))], [.. causes], await evaluator.StatusAsync(cancellation), shown.Next));
    }

    private static async Task<Results<Ok<WarningBody>, Problem>> Get(
        string id, HttpContext http, WarningStore store, CatalogueHistory history, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } warning) return Problem.NotFound();
        var regions = Granted.Regions(Caller.Of(http.User).Regions, await history.LatestAsync(cancellation));
        if (!Granted.Sees(regions, warning.Scope.Kind, warning.Scope.Region)) return Problem.Forbidden();
        var lines = await store.HistoryAsync([id], cancellation);
        var others = await store.ListAsync(new WarningQuery(false, warning.Rule, regions, null, Similar + 1), cancellation);
        http.Response.Tag(warning.Revision);
        return TypedResults.Ok(WarningBody.Of(warning, lines[id]) with
        {
            Similar = [.. others.Where(one => one.Id != id).Take(Similar).Select(SimilarWarning.Of)],
        });
    }

    private static Task<Results<Ok<WarningBody>, Problem>> Acknowledge(
        string id, JsonBody<NoteInput> body, HttpContext http, WarningActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, open: true, (warning, by, now) => Changes.Acknowledge(warning, by, body.Value.Note, now), cancellation);

    private static Task<Results<Ok<WarningBody>, Problem>> Assign(
        string id, JsonBody<OwnerInput> body, HttpContext http, WarningActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, open: true, (warning, by, now) => Changes.Assign(warning, by, body.Value.Owner, now), cancellation);

    private static async Task<Results<Ok<WarningBody>, Problem>> Snooze(
        string id, JsonBody<SnoozeInput> body, HttpContext http, WarningActions actions, TimeProvider time, CancellationToken cancellation)
    {
        var until = body.Value.Until;
        var ahead = until - time.GetUtcNow();
        if (ahead <= TimeSpan.Zero || ahead > LongestSnooze) return Problem.BadInput("until", "须在将来，且不超过 30 天", "Must be in the future, 30 days at most");
        return await actions.ActAsync(id, http, open: true, (warning, by, now) => Changes.Snooze(warning, by, until, now), cancellation);
    }

    private static Task<Results<Ok<WarningBody>, Problem>> Resolve(
        string id, JsonBody<ResolveInput> body, HttpContext http, WarningActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, open: false, (warning, by, now) => Changes.Resolve(warning, by, body.Value.Note, body.Value.Useful, now), cancellation);

    private static int RankOf(Warning warning) => warning.Severity switch
    {
        "critical" => 0,
        "warning" => 1,
        _ => 2,
    };

    private static (int Rank, DateTimeOffset Since, string Id)? AfterOf(PageRequest page)
    {
        if (page.AfterKey(3) is not [var rank, var since, var id]) return null;
        if (int.TryParse(rank, out var severity) && long.TryParse(since, out var ticks) && ticks is >= 0 and <= 3_155_378_975_999_999_999)
            return (severity, new DateTimeOffset(ticks, TimeSpan.Zero), id);
        throw new ProblemException(Problem.BadInput("cursor", "不是本列表给出的游标", "Is no cursor of this list"));
    }
}

/// <summary>What people do about a warning: judged on the warning as it is now, with its history, its audit line and its event in one transaction.</summary>
internal sealed class WarningActions(NpgsqlDataSource database, WarningStore store, CatalogueHistory history, AuditLog audit, TimeProvider time)
{
    /// <param name="open">Only of a warning that is not over.</param>
    public async Task<Results<Ok<WarningBody>, Problem>> ActAsync(
        string id, HttpContext http, bool open, Func<Warning, string, DateTimeOffset, WarningChange> act, CancellationToken cancellation)
    {
        var caller = Caller.Of(http.User);
        var regions = Granted.Regions(caller.Regions, await history.LatestAsync(cancellation));
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await WarningStore.HoldAsync(transaction, id, cancellation) is not { } warning) return Problem.NotFound();
        if (!Granted.Sees(regions, warning.Scope.Kind, warning.Scope.Region)) return Problem.Forbidden();
        if (EntityTags.IfMatch(http.Request, warning.Revision) is { } changed) return changed;
        if (open && !warning.IsOpen) return Problem.Conflict("warning-over", new Text("该预警已结束", "This warning is over"));
        var change = act(warning, caller.Subject, time.GetUtcNow());
        await store.SaveAsync(transaction, change, cancellation);
        // Ids only: a note may hold anything.
        await audit.AppendAsync(transaction, caller.Subject, "warning." + change.What, id, new { change.After.State, change.After.Owner, change.After.Revision }, cancellation);
        await transaction.CommitAsync(cancellation);
        http.Response.Tag(change.After.Revision);
        var lines = await store.HistoryAsync([id], cancellation);
        return TypedResults.Ok(WarningBody.Of(change.After, lines[id]));
    }
}

/// <param name="Note">Up to 1,000 characters; phone numbers in it are masked.</param>
internal sealed record NoteInput(string? Note = null) : IJsonInput<NoteInput>
{
    private const int Longest = 1000;

    public static NoteInput Read(JsonFields fields) => new(Of(fields));

    public static string? Of(JsonFields fields)
    {
        var note = fields.Has("note") && fields.OptionalString("note", Longest) is { } text ? text.Trim() : null;
        return string.IsNullOrEmpty(note) ? null : PhoneNumbers.Mask(note);
    }
}

/// <param name="Useful">false where it was a false alarm.</param>
internal sealed record ResolveInput(string? Note = null, bool? Useful = null) : IJsonInput<ResolveInput>
{
    public static ResolveInput Read(JsonFields fields) => new(NoteInput.Of(fields), fields.OptionalBool("useful"));
}

/// <param name="Owner">A user or a team; null for nobody.</param>
internal sealed record OwnerInput(string? Owner) : IJsonInput<OwnerInput>
{
    public static OwnerInput Read(JsonFields fields)
    {
        if (!fields.Has("owner")) fields.Fail("owner", "不能缺少；null 表示无人负责", "Is required; null is nobody");
        var owner = fields.OptionalString("owner", 64);
        return new OwnerInput(string.IsNullOrWhiteSpace(owner) ? null : PhoneNumbers.Mask(owner.Trim()));
    }
}

/// <param name="Until">In the future, 30 days at most.</param>
internal sealed record SnoozeInput(DateTimeOffset Until) : IJsonInput<SnoozeInput>
{
    public static SnoozeInput Read(JsonFields fields) => new(fields.Instant("until"));
}

/// <param name="Causes">Causes that several open warnings share: shown as one group with its count.</param>
/// <param name="Evaluation">How fresh this is.</param>
/// <param name="Next">Cursor of the next page; null at the end.</param>
internal sealed record WarningsBody(IReadOnlyList<WarningBody> Warnings, IReadOnlyList<CauseCount> Causes, EvaluatorStatus Evaluation, string? Next);

/// <summary>An earlier warning of the same rule, and what became of it.</summary>
internal sealed record SimilarWarning(string Id, DateTimeOffset Since, DateTimeOffset? EndedAt, double? Value, string State, bool? Useful)
{
    public static SimilarWarning Of(Warning one) => new(one.Id, one.Since, one.EndedAt, one.Reading.Value, one.State, one.Useful);
}

/// <param name="RuleRevision">Of the rule as it was when it last fired.</param>
/// <param name="IndicatorVersion">Of the indicator's definition then.</param>
/// <param name="Kind">below, above, late-feed, no-data or evaluation-failed.</param>
/// <param name="GoingOn">The condition still holds, whatever people made of it.</param>
/// <param name="State">new, acknowledged, snoozed or resolved.</param>
/// <param name="Detail">The feeds that are late, up to when one has delivered, or the kind of error.</param>
/// <param name="Evidence">The windows that led to it, oldest first, at most 24.</param>
internal sealed record WarningBody(
    string Id, string Rule, int RuleRevision, string Severity, string? Indicator, int? IndicatorVersion, string? Channel, string? Region, string? Source,
    string Kind, string Cause, double? Value, double? Threshold, long? Numerator, long? Denominator, long N, DateTimeOffset Since, DateTimeOffset LastSeen,
    bool GoingOn, DateTimeOffset? EndedAt, string State, string? Owner, DateTimeOffset? SnoozedUntil, bool? Useful, string? Detail, WarningWords NextStep,
    IReadOnlyList<SeriesPoint> Evidence, IReadOnlyList<string> Notify, int Revision, IReadOnlyList<WarningHistoryLine> History)
{
    /// <summary>The last ones of the same rule; only where one warning is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SimilarWarning>? Similar { get; init; }

    public static WarningBody Of(Warning one, IEnumerable<WarningHistoryLine> history)
    {
        var (scope, reading) = (one.Scope, one.Reading);
        return new WarningBody(
            one.Id, one.Rule, one.RuleRevision, one.Severity, scope.Indicator, reading.IndicatorVersion, scope.Channel, scope.Region, scope.Source, scope.Kind,
            one.Cause, reading.Value, reading.Threshold, reading.Numerator, reading.Denominator, reading.N, one.Since, one.LastSeen, one.GoingOn,
            one.EndedAt, one.State, one.Owner, one.SnoozedUntil, one.Useful, one.Detail, new WarningWords(one.NextStep.Chinese, one.NextStep.English), one.Evidence,
            one.Notify, one.Revision, [.. history]);
    }
}
