using ECommerce.Channels.Contracts.Events;

namespace ECommerce.Channels.Care.Customers;

/// <summary>One thing that a customer said: yes or no to being addressed for a purpose over a channel.</summary>
/// <param name="Version">Counts what this customer said, in the order in which it was recorded.</param>
/// <param name="At">When the customer said it; what is said later counts, whenever it is recorded.</param>
/// <param name="Origin">Where it was said, or which list it comes from.</param>
/// <param name="RecordedBy">Who recorded it.</param>
public sealed record Consent(
    long Version, string Purpose, string Channel, bool Given, DateTimeOffset At, string Origin, string RecordedBy, DateTimeOffset RecordedAt);

public static class Consents
{
    /// <summary>
    /// What holds now, for each purpose and channel: what was said last, by when it was said; of a yes and a no at the same instant the
    /// no. So it does not matter in which order things are recorded. What nobody spoke about is a no.
    /// </summary>
    public static IReadOnlyList<Consent> Holding(IEnumerable<Consent> said) =>
    [
        .. said.GroupBy(one => (one.Purpose, one.Channel))
            .Select(group => group.OrderBy(one => one.At).ThenBy(one => !one.Given).ThenBy(one => one.Version).Last())
            .OrderBy(one => one.Purpose, StringComparer.Ordinal).ThenBy(one => one.Channel, StringComparer.Ordinal),
    ];

    /// <summary>What of these was not recorded yet, numbered on from <paramref name="version"/>; the same said at the same instant is recorded once.</summary>
    internal static List<Consent> Fresh(IReadOnlyList<Consent> said, long version, IEnumerable<ConsentEdit> edits, string by, DateTimeOffset now)
    {
        var fresh = new List<Consent>();
        foreach (var edit in edits)
        {
            var one = new Consent(version + fresh.Count + 1, edit.Purpose, edit.Channel, edit.Given, Microseconds(edit.At ?? now), edit.Origin ?? "api", by, now);
            if (!said.Concat(fresh).Any(known => IsSame(known, one))) fresh.Add(one);
        }
        return fresh;
    }

    /// <summary>Whether the customer may be addressed; nothing said is a no.</summary>
    public static bool Allows(IEnumerable<Consent> holding, string purpose, string channel) =>
        holding.Any(one => one.Purpose == purpose && one.Channel == channel && one.Given);

    public static ConsentFacts Facts(Consent one) => new(one.Purpose, one.Channel, one.Given, one.At, one.Version);

    private static bool IsSame(Consent a, Consent b) => (a.Purpose, a.Channel, a.Given, a.At) == (b.Purpose, b.Channel, b.Given, b.At);

    /// <summary>PostgreSQL keeps microseconds.</summary>
    private static DateTimeOffset Microseconds(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % 10), TimeSpan.Zero);
}
