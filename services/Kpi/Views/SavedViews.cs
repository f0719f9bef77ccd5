using System.Security.Cryptography;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Kpi.Views;

/// <summary>A view of a screen that somebody kept.</summary>
/// <param name="Screen">Which screen of the console: <c>explore</c>.</param>
/// <param name="Query">The query string that makes the view, without its question mark.</param>
/// <param name="Shared">Everybody sees it; else its owner alone.</param>
/// <param name="Owner">Who kept it; the only one who changes it.</param>
internal sealed record SavedView(
    string Id, string Name, string Screen, string Query, bool Shared, string Owner, DateTimeOffset UpdatedAt, long Revision);

/// <summary>A view as it is asked for.</summary>
internal sealed record SavedViewInput(string Name, string Screen, string Query, bool Shared) : IJsonInput<SavedViewInput>
{
    private const int LongestQuery = 2_000;

    public static SavedViewInput Read(JsonFields fields)
    {
        var query = (fields.OptionalString("query", LongestQuery) ?? "").TrimStart('?');
        if (PhoneNumbers.Mask(query) != query) fields.Fail("query", "不能含手机号码", "Must not hold a phone number");
        return new SavedViewInput(
            PhoneNumbers.Mask(fields.String("name", 1, 100)), fields.Code("screen"), query, fields.OptionalBool("shared") ?? false);
    }
}

/// <summary>Who may do what with a view.</summary>
internal static class SavedViewRules
{
    /// <summary>So many views one person keeps.</summary>
    public const int MostPerOwner = 200;

    public static string NewId() => "view_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));

    public static bool IsSeenBy(SavedView view, Caller caller) => view.Shared || view.Owner == caller.Subject;

    /// <summary>Null where the caller may change it. What he does not see is not there.</summary>
    public static Problem? Refusal(SavedView? view, Caller caller)
    {
        if (view is null || !IsSeenBy(view, caller)) return Problem.NotFound();
        return view.Owner == caller.Subject ? null : Problem.Forbidden();
    }

    /// <summary>The same for taking it away: an admin also clears shared ones up.</summary>
    public static Problem? RefusalToDelete(SavedView? view, Caller caller) =>
        view is { Shared: true } && caller.Is(Roles.Admin) ? null : Refusal(view, caller);
}
