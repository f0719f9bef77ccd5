using System.Text.RegularExpressions;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>What can be counted. The names in formulas are the same in kebab-case.</summary>
public enum Measure
{
    Attempts,
    Successes,
    Failures,
    Abandoned,

    /// <summary>Fen, of successes.</summary>
    Amount,

    /// <summary>Distinct customers with a success.</summary>
    Customers,

    /// <summary>Distinct customers with any event.</summary>
    ActiveCustomers,

    /// <summary>Durations of successes, ms.</summary>
    Durations,
}

/// <summary>Conditions on what a measure counts; null is no condition.</summary>
/// <param name="Electronic">The channel is, or is not, electronic.</param>
/// <param name="Assisted">An employee did it (the event says so, or its channel is an assisted one), or did not.</param>
/// <param name="Offloadable">The service is, or is not, offloadable.</param>
/// <param name="Group">The service belongs to this group.</param>
public sealed record Condition(bool? Electronic, bool? Assisted, bool? Offloadable, string? Group)
{
    public static readonly Condition Always = new(null, null, null, null);

    public bool AsksChannel => Electronic is not null || Assisted is not null;

    public bool AsksService => Offloadable is not null || Group is not null;

    /// <summary>Both at once.</summary>
    /// <exception cref="FormatException">They contradict each other: nothing would ever be counted.</exception>
    public Condition And(Condition other) => new(
        Both(Electronic, other.Electronic), Both(Assisted, other.Assisted), Both(Offloadable, other.Offloadable),
        Group is null || other.Group is null || Group == other.Group ? Group ?? other.Group : throw Contradiction());

    private static bool? Both(bool? one, bool? other) => one is null || other is null || one == other ? one ?? other : throw Contradiction();

    private static FormatException Contradiction() => new("Conditions contradict each other.");
}

/// <summary>One measure under its conditions.</summary>
public sealed record Term(Measure Measure, Condition Where);

/// <summary>
/// A sum of measures under conditions, such as <c>successes where electronic and not assisted</c> or <c>successes + failures</c>.
/// The vocabulary is closed: nothing but these words is ever interpreted.
/// <code>
/// formula   = term { "+" term }
/// term      = measure [ "where" condition { "and" condition } ]
/// measure   = attempts | successes | failures | abandoned | amount | customers | active-customers | durations
/// condition = [ "not" ] ( electronic | assisted | offloadable )  |  "group" "=" name
/// </code>
/// </summary>
public sealed partial record Formula(string Text, IReadOnlyList<Term> Terms)
{
    public bool AsksChannel => Terms.Any(term => term.Where.AsksChannel);

    public bool AsksService => Terms.Any(term => term.Where.AsksService);

    public bool IsDistinct => Terms.Any(term => term.Measure is Measure.Customers or Measure.ActiveCustomers);

    /// <summary>The same over successes in place of money: how many events a sum stands on.</summary>
    public Formula Counting() => this with
    {
        Terms = [.. Terms.Select(term => term.Measure == Measure.Amount ? term with { Measure = Measure.Successes } : term)],
    };

    /// <summary>The same with each term under one more condition.</summary>
    public Formula Under(Condition condition) => this with
    {
        Terms = [.. Terms.Select(term => term with { Where = term.Where.And(condition) })],
    };

    /// <exception cref="FormatException">Names the word that is not understood.</exception>
    public static Formula Parse(string text)
    {
        var terms = text.Split('+').Select(ParseTerm).ToList();
        if (terms.Count > 1 && terms.Any(term => term.Measure is Measure.Customers or Measure.ActiveCustomers or Measure.Durations))
            throw new FormatException("Distinct customers and durations do not add up.");
        return new Formula(text.Trim(), terms);
    }

    /// <summary>Conditions alone, as exclusions are written: <c>not offloadable</c>.</summary>
    /// <exception cref="FormatException">As above.</exception>
    public static Condition ParseCondition(string text) => Conditions(Words().Matches(text).Select(word => word.Value).ToArray(), Measure.Successes);

    private static Term ParseTerm(string text)
    {
        var words = Words().Matches(text).Select(word => word.Value).ToArray();
        if (words.Length == 0) throw new FormatException("A measure is missing.");
        var name = Array.Find(Enum.GetValues<Measure>(), measure => NameOf(measure) == words[0]);
        if (NameOf(name) != words[0]) throw new FormatException($"'{words[0]}' is no measure.");
        if (words.Length == 1) return new Term(name, Condition.Always);
        if (words[1] != "where" || words.Length == 2) throw new FormatException($"'{words[1]}' is not understood.");
        return new Term(name, Conditions(words.AsSpan(2), name));
    }

    private static Condition Conditions(ReadOnlySpan<string> words, Measure measure)
    {
        var condition = Condition.Always;
        while (true)
        {
            var wanted = words is not ["not", ..];
            if (!wanted) words = words[1..];
            switch (words)
            {
                case ["electronic", ..]: condition = condition with { Electronic = wanted }; break;
                case ["offloadable", ..]: condition = condition with { Offloadable = wanted }; break;
                case ["assisted", ..] when measure == Measure.Successes: condition = condition with { Assisted = wanted }; break;
                case ["assisted", ..]: throw new FormatException("'assisted' is kept for successes only.");
                case ["group", "=", var group, ..] when wanted:
                    condition = condition with { Group = group };
                    words = words[2..];
                    break;
                default: throw new FormatException(words.IsEmpty ? "A condition is missing." : $"'{words[0]}' is no condition.");
            }
            words = words[1..];
            if (words.IsEmpty) return condition;
            if (words[0] != "and") throw new FormatException($"'{words[0]}' is not understood.");
            words = words[1..];
        }
    }

    private static string NameOf(Measure measure) => measure switch
    {
        Measure.ActiveCustomers => "active-customers",
        _ => measure.ToString().ToLowerInvariant(),
    };

    [GeneratedRegex(@"=|[^\s=]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();
}
