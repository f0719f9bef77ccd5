using ECommerce.Channels.Contracts;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Statistics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Offload.Experiments;

/// <summary>What guidance brought, over HTTP.</summary>
internal static class EffectApi
{
    public static void MapEffect(this IEndpointRouteBuilder api) => api.MapGet("/effect", GetAsync).WithTags("Effect").WithName("getEffect")
        .WithSummary("Incremental offload against the permanent holdout, with one verdict").RequireRoles(Roles.Supervisor, Roles.Manager, Roles.Admin).RequireAllRegions();

    private static async Task<Ok<EffectBody>> GetAsync(EffectStore store, IOptions<DecisionOptions> options, TimeProvider time, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var (treated, held, since) = await store.ReadAsync(cancellation);
        return TypedResults.Ok(EffectBody.Of(Effect.Of(treated, held, options.Value.HoldoutPercent, since, now), since, now, options.Value.HoldoutPercent));
    }
}

/// <summary>The effect of guidance: intent to treat, by customer.</summary>
/// <param name="Verdict">keep-running, works, harms, no-difference-yet or invalid.</param>
/// <param name="DaysLeft">Until a verdict is given at all.</param>
/// <param name="WindowDays">How long after the first decision an outcome is waited for.</param>
/// <param name="Difference">Rate of the treated − rate of the holdout; null while an arm has nobody judged.</param>
/// <param name="Low">Always-valid, 95 %: it may be looked at at any time; null with too few customers.</param>
/// <param name="FixedLow">For one look alone.</param>
/// <param name="Incremental">Difference × treated customers judged.</param>
/// <param name="SavedFen">Incremental × mean saving, fen.</param>
/// <param name="Gross">Treated who accepted an offer and did it electronically: what would be claimed without a holdout.</param>
/// <param name="SampleRatioP">How often chance alone would make arms of these sizes; below 0.001 nothing can be trusted.</param>
internal sealed record EffectBody(
    string Verdict, int DaysLeft, DateTimeOffset? Since, DateTimeOffset AsOf, int WindowDays, double HoldoutPercent, ArmBody Treated, ArmBody Holdout, double? Difference,
    double? Low, double? High, double? FixedLow, double? FixedHigh, double? Incremental, long? SavedFen, long Gross, double? SampleRatioP)
{
    public static EffectBody Of(Effect effect, DateTimeOffset? since, DateTimeOffset now, double holdoutPercent)
    {
        var measured = effect.Measured;
        return new EffectBody(
            effect.Verdict, effect.DaysLeft, since, now, (int)EffectStore.Window.TotalDays, holdoutPercent, ArmBody.Of(effect.Treated), ArmBody.Of(effect.Held),
            measured?.Difference, measured?.AlwaysValid?.Low, measured?.AlwaysValid?.High, measured?.Fixed?.Low, measured?.Fixed?.High, measured?.Incremental,
            measured?.SavedFen, effect.Treated.AcceptedAndSuccessful, effect.SampleRatioP);
    }
}

/// <param name="Judged">Customers whose window is over.</param>
/// <param name="Successes">Of those: with a success on an e-channel within the window.</param>
/// <param name="Rate">Successes ÷ judged; null while nobody is.</param>
internal sealed record ArmBody(long Customers, long Judged, long Successes, double? Rate, double? Low, double? High)
{
    public static ArmBody Of(Arm arm)
    {
        var interval = Intervals.Wilson(arm.Successes, arm.Judged);
        return new ArmBody(arm.Customers, arm.Judged, arm.Successes, arm.Judged == 0 ? null : (double)arm.Successes / arm.Judged, interval?.Low, interval?.High);
    }
}
