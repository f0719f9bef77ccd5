using ECommerce.Channels.Care.Tickets;

namespace ECommerce.Channels.Care.Archive;

/// <summary>A case of a product that is over: what its ticket came to.</summary>
/// <param name="Nature">use: a question on its use; suggestion: on what it could do; fault.</param>
/// <param name="IsComplaint">The ticket was a complaint.</param>
/// <param name="NotFirstTime">Why it was not solved the first time; null where it was.</param>
/// <param name="Month">In which it came, by the operator's calendar, as 2026-11.</param>
/// <param name="InTime">Whether it was resolved within the working time promised.</param>
/// <param name="Days">Calendar days from its opening to its resolution, begun ones counted.</param>
/// <param name="Again">The ticket was closed before, and reopened.</param>
/// <param name="Sealed">SHA-256 of what was sealed with it, hexadecimal; null for nothing.</param>
internal sealed record ArchivedCase(
    string Product, string? Service, string? Channel, string Nature, bool IsComplaint, string? FaultClass, string? NotFirstTime, string Severity, string? Resolution,
    string Month, DateTimeOffset OpenedAt, DateTimeOffset ResolvedAt, bool InTime, int Days, bool Again, string? Sealed)
{
    public const string Kind = "case";
    public const string Use = "use";
    public const string Suggestion = "suggestion";
    public const string Fault = "fault";

    public static readonly string[] Natures = [Use, Suggestion, Fault];

    public static string NatureOf(string type) => type switch
    {
        "question" or "request" => Use,
        "suggestion" => Suggestion,
        _ => Fault,
    };

    /// <summary>What the archive keeps of a ticket that was closed; null where it keeps nothing: no product, or it was never resolved.</summary>
    public static ArchivedCase? Of(Ticket one, string month, string? seal) =>
        one is { Matter.Product: { } product, Times.ResolvedAt: { } resolved } ? new ArchivedCase(
            product, one.Matter.Service, one.Matter.Channel, NatureOf(one.Matter.Type), one.Matter.Type == "complaint", one.Matter.FaultClass, one.Matter.NotFirstTime,
            one.Matter.Severity, one.Resolution, month, one.Times.OpenedAt, resolved, one.Due.ResolutionInTime == true,
            (int)Math.Ceiling((resolved - one.Times.OpenedAt).TotalDays), one.Reopened > 0, seal) : null;
}

/// <summary>Something done about a product, so that cases of a kind become fewer.</summary>
/// <param name="FaultClass">Which cases; null is all of the product.</param>
/// <param name="Text">What is done: 1 to 1,000 characters; numbers are masked.</param>
/// <param name="Owner">User name of who sees to it.</param>
/// <param name="From">The first month in which it should be felt, as 2026-12.</param>
internal sealed record ArchivedMeasure(string Product, string? FaultClass, string Text, string? Owner, string From)
{
    public const string Kind = "measure";
}

/// <summary>What somebody judged of a measure for a month.</summary>
/// <param name="Verdict">worked, or persists: the problem does.</param>
/// <param name="Before">Cases in the month before the measure.</param>
/// <param name="After">Cases in the month judged.</param>
/// <param name="Suggested">What the numbers say by themselves; see <see cref="ArchiveRules.Suggest"/>.</param>
internal sealed record ArchivedVerdict(string Product, string Measure, string Month, string Verdict, int Before, int After, string Suggested)
{
    public const string Kind = "verdict";
    public const string Worked = "worked";
    public const string Persists = "persists";
}
