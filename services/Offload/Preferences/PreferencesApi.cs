using System.Globalization;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Offload.Customers;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Offload.Preferences;

/// <summary>What customers are drawn to, over HTTP: of one customer for the desk, and the table that shows how well it is known.</summary>
internal static class PreferencesApi
{
    public static void MapPreferences(this IEndpointRouteBuilder api)
    {
        api.MapGet("/customers/{customer}/preferences", OfCustomerAsync).WithTags("Preferences").WithName("getPreferences")
            .WithSummary("Which channels a customer is drawn to, and why")
            .RequireRoles(Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin);
        api.MapGet("/preferences/table", TableAsync).WithTags("Preferences").WithName("getPreferenceTable")
            .WithSummary("Scores before a month beside what customers did in it, by channel and model")
            .RequireRoles(Roles.Supervisor, Roles.Manager, Roles.Admin).RequireAllRegions();
    }

    private static async Task<Results<Ok<CustomerPreferencesBody>, Problem>> OfCustomerAsync(
        string customer, HttpContext http, DecisionMaker maker, CustomerAccess access, TimeProvider time, CancellationToken cancellation)
    {
        if (!CustomerId.IsValid(customer)) return Problem.NotFound();
        if (maker.World is not { } world) return Problem.Unavailable(StatusProblems.RetrySoon);
        if (!await access.MaySeeAsync(Caller.Of(http.User), customer, cancellation)) return Problem.Forbidden();
        var now = time.GetUtcNow();
        var (profile, why) = await maker.KnowAsync(world, customer, now, cancellation);
        if (profile is null && why is not null) return Problem.Unavailable(StatusProblems.RetrySoon);
        var lines = world.Channels.Select(channel => CustomerChannelBody.Of(channel.Code, profile!, now))
            .OrderByDescending(line => line.Stated).ThenByDescending(line => line.Current + line.Potential).ThenByDescending(line => line.Share);
        return TypedResults.Ok(new CustomerPreferencesBody(customer, now, profile!.Known, [.. lines]));
    }

    private static async Task<Results<Ok<PreferenceTableBody>, Problem>> TableAsync(
        string? channel, string? month, string? model, DecisionMaker maker, PreferenceTables tables, OperatorZone zone, TimeProvider time, CancellationToken cancellation)
    {
        if (maker.World is not { } world) return Problem.Unavailable(StatusProblems.RetrySoon);
        var now = time.GetUtcNow();
        var today = zone.DayOf(now.ToUnixTimeSeconds() / 60);
        var errors = new FieldErrors();
        if (channel is null || !world.Catalogue.Channels.ContainsKey(channel)) errors.Add("channel", "目录中没有该渠道", "The catalogue has no such channel");
        if (!DateOnly.TryParseExact(month + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) || !PreferenceTables.IsKept(first, today))
            errors.Add("month", "须为近 10 个月内的月份，如 2026-10", "Must be a month of the last 10, like 2026-10");
        if (model is not (null or PreferenceTables.ScoreModel or PreferenceTables.ShareModel)) errors.Add("model", "须为 score 或 share", "Must be score or share");
        if (errors.Any) return Problem.BadInput(errors);
        var table = await tables.OfAsync(channel!, first, model ?? PreferenceTables.ScoreModel, now, cancellation);
        return TypedResults.Ok(PreferenceTableBody.Of(channel!, month!, model ?? PreferenceTables.ScoreModel, now, first.AddMonths(1) <= today, table));
    }
}

/// <param name="Known">The directory knows the customer.</param>
/// <param name="Channels">The likeliest first.</param>
internal sealed record CustomerPreferencesBody(string Customer, DateTimeOffset AsOf, bool Known, IReadOnlyList<CustomerChannelBody> Channels);

/// <summary>A customer and a channel.</summary>
/// <param name="Score">1 to 10.</param>
/// <param name="Current">Points for what was done there.</param>
/// <param name="Potential">Points for what lets expect that it would be used.</param>
/// <param name="Share">Expected share of the customer's contacts, 0 to 1.</param>
/// <param name="Stated">The customer asked for it.</param>
/// <param name="MayBeLedTo">The customer agreed to be led there.</param>
/// <param name="Reasons">At most three, in plain words.</param>
internal sealed record CustomerChannelBody(
    string Channel, int Score, int Current, int Potential, double Share, int Uses, DateTimeOffset? LastUse, bool Stated, bool MayBeLedTo, IReadOnlyList<Words> Reasons)
{
    private const int MostReasons = 3;

    public static CustomerChannelBody Of(string channel, Profile profile, DateTimeOffset now)
    {
        var known = profile.On(channel);
        return new CustomerChannelBody(
            channel, known.Score.Bin, known.Score.Current, known.Score.Potential, known.Share, known.Uses180, known.LastUse, profile.PreferredChannel == channel,
            profile.MayBeLedTo(channel), [.. Say(channel, profile, known, now).Take(MostReasons)]);
    }

    private static IEnumerable<Words> Say(string channel, Profile profile, ChannelKnowledge known, DateTimeOffset now)
    {
        if (profile.PreferredChannel == channel) yield return new Words("客户说过想用该渠道", "The customer asked for it");
        if (known.Refusals > 0) yield return new Words($"近 90 天拒绝过 {known.Refusals} 次引导", $"Refused to be led there {known.Refusals} time(s) in 90 days");
        yield return known.Uses180 > 0
            ? new Words($"近 180 天用过 {known.Uses180} 次", $"Used {known.Uses180} time(s) in 180 days")
            : new Words("近 180 天没有用过", "Not used in 180 days");
        if (known.LastUse is { } last) yield return new Words($"最近一次在 {Math.Max(0, (int)(now - last).TotalDays)} 天前", $"Last used {Math.Max(0, (int)(now - last).TotalDays)} day(s) ago");
        if (known.Tries >= 1) yield return new Words($"办成率约 {Percent(known.Successes / known.Tries)}", $"About {Percent(known.Successes / known.Tries)} of tries succeeded");
        if (known.Score.Potential > 0) yield return new Words($"潜在偏好 {known.Score.Potential} 分：常用其他电子渠道", $"Potential {known.Score.Potential}: other e-channels are used");
    }

    private static string Percent(double share) => share.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);
}

/// <summary>The operator's table.</summary>
/// <param name="Complete">The month is over.</param>
/// <param name="AreaUsed">Area under the curve for "used it at all in the month".</param>
/// <param name="AreaPreferred">For "used it more than six times".</param>
/// <param name="HitRate">How many of the tenth with the highest score used it.</param>
/// <param name="BaseRate">How many of all did.</param>
internal sealed record PreferenceTableBody(
    string Channel, string Month, string Model, DateTimeOffset AsOf, bool Complete, long Customers, IReadOnlyList<PreferenceRow> Rows, double? AreaUsed,
    double? AreaPreferred, double? HitRate, double? BaseRate)
{
    public static PreferenceTableBody Of(string channel, string month, string model, DateTimeOffset asOf, bool complete, PreferenceTable table) => new(
        channel, month, model, asOf, complete, table.Customers, table.Rows, table.AreaUsed, table.AreaPreferred, table.HitRate, table.BaseRate);
}
