using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Ingestion;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Kpi.Sources;

/// <summary>Sources of transactions: forgetting one, and with it everything that it ever sent.</summary>
internal static class SourcesApi
{
    public static void MapSources(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/kpi/sources/{source}/forget", ForgetAsync).WithName("forgetSource").WithTags("Sources")
            .WithSummary("Forget all transactions of a source so far; everything else that the log holds is counted anew")
            .WithDescription("409 names the other sources whose events the log no longer holds: with force they are lost, and have to be imported again.")
            .RequireRoles(Roles.Manager, Roles.Admin).RequireAllRegions();

    private static async Task<Results<Ok<ForgottenBody>, Problem>> ForgetAsync(
        string source, JsonBody<ForgetInput> body, HttpContext http, SourceStore store, IEventLog log, AuditLog audit, CancellationToken cancellation)
    {
        var caller = Caller.Of(http.User);
        if (!TransactionRules.IsCode(System.Text.Encoding.UTF8.GetBytes(source))) return Problem.NotFound();
        var identity = await log.IdentifyAsync(Topics.Transactions.Name, cancellation);
        var ranges = await log.RangesAsync(Topics.Transactions.Name, cancellation);
        var lost = Forgetting.Lost(source, await store.OffsetsAsync(cancellation), ranges);
        if (lost.Count > 0 && !body.Value.Force) return Refused(lost);
        var answer = new ForgottenBody(source, ranges.Sum(range => range.End - range.First), lost, body.Value.DryRun);
        if (!answer.DryRun)
            await store.ForgetAsync(
                source, identity, ranges,
                transaction => audit.AppendAsync(transaction, new AuditEntry(caller.Subject, "source.forgotten", "source:" + source, new { lost }), cancellation),
                cancellation);
        return TypedResults.Ok(answer);
    }

    private static Problem Refused(IReadOnlyList<string> lost) => Problem.Conflict("sources-not-in-log", new Text(
        $"日志已不含这些数据源的全部业务，重新计数会丢失：{string.Join("、", lost)}；可用 force 后重新导入",
        $"The log no longer holds all events of {string.Join(", ", lost)}: they would be lost; with force, and import them again"));
}

internal static class SourcesService
{
    public static void AddSources(this IServiceCollection services) => services.AddSingleton<SourceStore>();
}
