using ECommerce.Channels.Care.Calendars;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>Policies over HTTP: what is promised for which tickets.</summary>
internal static class SlaPoliciesApi
{
    private static readonly string[] Readers = [Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin];
    private static readonly string[] Editors = [Roles.Supervisor, Roles.Manager, Roles.Admin];

    public static void Map(IEndpointRouteBuilder api)
    {
        var policies = api.MapGroup("/sla-policies").WithTags("Tickets");
        policies.MapGet("", ListAsync).WithName("listSlaPolicies").WithSummary("What is promised for which tickets").RequireRoles(Readers);
        policies.MapGet("/{id}", GetAsync).WithName("getSlaPolicy").WithSummary("One policy, by type.severity or type.severity.tier").RequireRoles(Readers);
        policies.MapPut("/{id}", PutAsync).WithName("putSlaPolicy").WithSummary("Change a policy, or make one for a tier")
            .WithDescription("Tickets keep what was promised for them; the policy counts for those that are opened, or given another type or severity, from now on.")
            .Accepts<SlaPolicyInput>("application/json").RequireRoles(Editors).RequireAllRegions();
    }

    private static async Task<Ok<SlaPoliciesBody>> ListAsync(SlaPolicyStore store, CancellationToken cancellation) =>
        TypedResults.Ok(new SlaPoliciesBody([.. (await store.AllAsync(cancellation)).Select(SlaPolicyBody.Of)]));

    private static async Task<Results<Ok<SlaPolicyBody>, Problem>> GetAsync(string id, HttpContext http, SlaPolicyStore store, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } policy) return Problem.NotFound();
        http.Response.Tag(policy.Revision);
        return TypedResults.Ok(SlaPolicyBody.Of(policy));
    }

    private static async Task<Results<Ok<SlaPolicyBody>, Problem>> PutAsync(
        string id, HttpContext http, SlaPolicyStore store, CalendarStore calendars, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        if (!SlaPolicy.IsId(id)) return Problem.NotFound();
        var before = (await store.FindAsync(id, cancellation))?.Revision ?? 0;
        var policy = await SlaPolicyInput.ReadAsync(fields, id, before + 1, calendars, cancellation);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        if (EntityTags.IfMatch(http.Request, before) is { } changed) return changed;
        if (await store.PutAsync(policy, Caller.Of(http.User).Subject, cancellation) is { } refused) return refused;
        http.Response.Tag(policy.Revision);
        return TypedResults.Ok(SlaPolicyBody.Of(policy));
    }
}

internal sealed record SlaPoliciesBody(IReadOnlyList<SlaPolicyBody> Policies);

/// <param name="FirstResponse">Working minutes.</param>
/// <param name="Resolution">Working minutes.</param>
/// <param name="RemindAt">Percent of the time.</param>
internal sealed record SlaPolicyBody(
    string Id, string Calendar, int FirstResponse, int Resolution, int RemindAt, IReadOnlyList<EscalationStep> Escalations, int Revision)
{
    public static SlaPolicyBody Of(SlaPolicy one) =>
        new(one.Id, one.Calendar, one.FirstResponse, one.Resolution, one.RemindAt, one.Escalations, one.Revision);
}
