using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace ECommerce.Channels.Platform.Audit;

/// <summary>The service's audit log for those who look after it.</summary>
public static class AuditApi
{
    /// <summary><c>GET /api/v1/{service}/audit</c> (admin), <c>GET /api/v1/{service}/audit/verify</c> (sre, admin).</summary>
    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder app, string service)
    {
        var audit = app.MapGroup($"/api/v1/{service}/audit").WithTags("Audit");
        audit.MapGet("", ReadAsync)
            .RequireRoles(Roles.Admin)
            .WithName($"{service}Audit")
            .WithSummary("Who changed or saw what, newest first");
        audit.MapGet("/verify", VerifyAsync)
            .RequireRoles(Roles.Sre, Roles.Admin)
            .WithName($"{service}AuditVerify")
            .WithSummary("Walks the whole chain and names the first row that is not as it was written");
        return app;
    }

    private static async Task<Ok<Page<AuditLine>>> ReadAsync(PageRequest page, AuditLog audit, CancellationToken cancellation)
    {
        var rows = await audit.ReadAsync(page.AfterNumber(), page.Limit + 1, cancellation);
        return TypedResults.Ok(Page<AuditLine>.Of([.. rows.Select(AuditLine.Of)], page, line => [line.Number.ToString()]));
    }

    private static async Task<Ok<AuditAnswer>> VerifyAsync(HttpContext context, AuditVerifier verifier, CancellationToken cancellation) =>
        TypedResults.Ok(AuditAnswer.Of(await verifier.VerifyAsync(cancellation), CallerLanguage.Of(context.Request)));
}

/// <summary>One row of the audit log.</summary>
/// <param name="Actor"><c>user:NAME</c>, <c>key:ID</c>, or a part of the suite.</param>
public sealed record AuditLine(long Number, DateTimeOffset At, string Actor, string Action, string Subject, JsonElement Details)
{
    internal static AuditLine Of(AuditRow row)
    {
        using var details = JsonDocument.Parse(row.Details);
        return new(row.Number, new DateTimeOffset(row.At, TimeSpan.Zero), row.Actor, row.Action, row.Subject, details.RootElement.Clone());
    }
}

/// <summary>Whether the chain is as it was written.</summary>
/// <param name="Rows">Rows in order, up to the finding.</param>
/// <param name="Hash">Hash of the last of them.</param>
/// <param name="PublishedHeads">Published ends of the chain that were compared.</param>
/// <param name="DamagedLines">Lines of the file of published ends that cannot be read.</param>
public sealed record AuditAnswer(
    string Service, bool Intact, long Rows, string Hash, int PublishedHeads, int DamagedLines, AuditAnswerFinding? Finding)
{
    /// <param name="language">Of whoever asked.</param>
    public static AuditAnswer Of(AuditVerification found, string language)
    {
        var finding = found.Finding is { } first ? new AuditAnswerFinding(first.Kind, first.Number, first.From, first.Text.In(language)) : null;
        return new AuditAnswer(found.Service, found.Intact, found.Rows, found.Hash, found.PublishedHeads, found.DamagedLines, finding);
    }
}

/// <summary>The first thing wrong.</summary>
/// <param name="From">The first row that may be concerned; before the number only where the chain was rewritten.</param>
/// <param name="Text">In the caller's language.</param>
public sealed record AuditAnswerFinding(AuditFault Kind, long Number, long From, string Text);
