using System.Collections.Frozen;

namespace ECommerce.Channels.Kpi.Catalogue;

/// <summary>One edit: from a day on, an entry has this content (or, with null, is no longer there).</summary>
/// <param name="Seq">Order of edits.</param>
/// <param name="Kind">Kind of entry, see <see cref="CatalogueJson"/>.</param>
/// <param name="Content">JSON; null where the entry is retired.</param>
public sealed record CatalogueChange(long Seq, string Kind, string Code, DateOnly ValidFrom, string? Content, DateTimeOffset At, string By);

/// <summary>A numbered version: what the changes up to <paramref name="Seq"/> make valid from a day on.</summary>
public sealed record VersionMark(int Number, DateOnly ValidFrom, long Seq);

/// <summary>
/// Every version of the catalogue that is in force, by day. An edit that starts before later ones changes the later stretches too
/// (except in the entries those changed themselves), so each of them gets a new number.
/// </summary>
public sealed class CatalogueTimeline
{
    private readonly CatalogueVersion[] stretches;
    private readonly FrozenDictionary<(string Kind, string Code), long> revisions;

    private CatalogueTimeline(
        IReadOnlyList<CatalogueChange> changes, IReadOnlyList<VersionMark> marks, CatalogueVersion[] stretches)
    {
        Changes = changes;
        Marks = marks;
        this.stretches = stretches;
        revisions = changes.GroupBy(change => (change.Kind, change.Code)).ToFrozenDictionary(group => group.Key, group => group.Max(one => one.Seq));
    }

    public IReadOnlyList<CatalogueChange> Changes { get; }

    public IReadOnlyList<VersionMark> Marks { get; }

    /// <summary>The versions in force, by the day they start; never empty.</summary>
    public IReadOnlyList<CatalogueVersion> Stretches => stretches;

    /// <summary>The number of the last edit; 0 where there is none.</summary>
    public long Seq => Changes.Count == 0 ? 0 : Changes[^1].Seq;

    /// <param name="changes">In the order of <c>Seq</c>.</param>
    public static CatalogueTimeline Of(IReadOnlyList<CatalogueChange> changes, IReadOnlyList<VersionMark> marks)
    {
        var numbers = marks.GroupBy(mark => mark.ValidFrom).ToDictionary(group => group.Key, group => group.Max(mark => mark.Number));
        var state = new Dictionary<(string, string), object?>();
        var made = new List<CatalogueVersion>();
        foreach (var day in changes.GroupBy(change => change.ValidFrom).OrderBy(group => group.Key))
        {
            foreach (var change in day)
                state[(change.Kind, change.Code)] = change.Content is null ? null : CatalogueJson.Read(change.Kind, change.Content);
            made.Add(new CatalogueVersion(
                numbers.GetValueOrDefault(day.Key), day.Key, [.. state.Values.OfType<Entry>()], [.. state.Values.OfType<Assignment>()]));
        }
        if (made.Count == 0) made.Add(new CatalogueVersion(0, DateOnly.MinValue, [], []));
        return new CatalogueTimeline(changes, marks, [.. made]);
    }

    /// <summary>The version valid on a day; before the first, the first.</summary>
    public CatalogueVersion At(DateOnly day)
    {
        var low = 0;
        for (var high = stretches.Length - 1; low < high;)
        {
            var middle = (low + high + 1) / 2;
            if (stretches[middle].ValidFrom <= day) low = middle;
            else high = middle - 1;
        }
        return stretches[low];
    }

    /// <summary>The version of a number, as it was when it was made; null where there is none.</summary>
    public CatalogueVersion? Version(int number)
    {
        if (Marks.FirstOrDefault(mark => mark.Number == number) is not { } mark) return null;
        var then = Of(
            [.. Changes.Where(change => change.Seq <= mark.Seq && change.ValidFrom <= mark.ValidFrom)],
            [.. Marks.Where(other => other.Number <= number)]);
        return then.stretches[^1];
    }

    /// <summary>Whether a raw code counts as a code of the catalogue on a day.</summary>
    public bool IsKnown(CatalogueField field, string raw, DateOnly day) => At(day).Resolve(field, raw) is not null;

    /// <summary>Whether a code is in the catalogue on any day.</summary>
    public bool WasEver(CatalogueField field, string code) => Array.Exists(stretches, version => version.Has(field, code));

    /// <summary>The number of the last edit of an entry, for any day: its revision; 0 where it never was.</summary>
    public long Revision(string kind, string code) => revisions.GetValueOrDefault((kind, code));

    /// <summary>The same with one more edit, which is not numbered yet: to judge it before it is made.</summary>
    public CatalogueTimeline With(CatalogueChange change) => Of([.. Changes, change], Marks);
}
