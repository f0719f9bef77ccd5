using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ECommerce.Channels.Kpi.Serving;

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

    /// <summary>Conversations that came, by the day of their opening; the next three are what became of them.</summary>
    Conversations,

    /// <summary>An agent replied.</summary>
    ConversationsAnswered,

    /// <summary>Closed before any agent replied.</summary>
    ConversationsAbandoned,

    /// <summary>Neither answered nor closed.</summary>
    ConversationsWaiting,

    /// <summary>Answered and closed as solved, by the day of closing; the next four are of these.</summary>
    ConversationsResolved,

    /// <summary>The customer wrote nothing after the first reply.</summary>
    ConversationsUnreplied,

    /// <summary>The agents wrote once.</summary>
    ConversationsOneTouch,

    /// <summary>The customer said how it was.</summary>
    ConversationsRated,

    /// <summary>The customer was content: 4 or 5 of 5.</summary>
    ConversationsConfirmed,

    /// <summary>Settled matters, by the day of their first contact; the next ones are of these.</summary>
    Matters,

    /// <summary>Over two channels or more.</summary>
    MattersHopped,

    /// <summary>Begun on an e-channel without an employee.</summary>
    MattersElectronic,

    /// <summary>Begun so, and followed by a contact with an employee.</summary>
    MattersBounced,

    /// <summary>Begun with a conversation that was solved.</summary>
    MattersServed,

    /// <summary>And no other contact in any channel.</summary>
    MattersServedOnce,

    /// <summary>Complaints, by the day of their opening; cancelled ones do not count.</summary>
    Complaints,

    /// <summary>Tickets with a first answer, by the day on which it was due.</summary>
    TicketsAnswered,

    TicketsAnsweredInTime,

    /// <summary>Live, and their first answer is overdue.</summary>
    TicketsUnanswered,

    /// <summary>Resolved tickets, by the day on which that was due.</summary>
    TicketsResolved,

    TicketsResolvedInTime,

    /// <summary>Live, and their resolution is overdue.</summary>
    TicketsOverdue,
}

/// <summary>Conditions on what a measure counts; null is no condition.</summary>
/// <param name="Electronic">The channel is, or is not, electronic.</param>
/// <param name="Assisted">An employee did it (the event says so, or its channel is an assisted one), or did not.</param>
/// <param name="Offloadable">The service is, or is not, offloadable.</param>
/// <param name="Group">The service belongs to this group.</param>
public sealed record Condition(bool? Electronic, bool? Assisted, bool? Offloadable, string? Group)
{
    public static readonly Condition Always = new(null, null, null, null);

    /// <summary>It took so many seconds at most.</summary>
    public long? Within { get; init; }

    /// <summary>It took longer than so many seconds.</summary>
    public long? Beyond { get; init; }

    public bool AsksChannel => Electronic is not null || Assisted is not null;

    public bool AsksService => Offloadable is not null || Group is not null;

    /// <summary>Both at once.</summary>
    /// <exception cref="FormatException">They contradict each other: nothing would ever be counted.</exception>
    public Condition And(Condition other) => new(
        Both(Electronic, other.Electronic), Both(Assisted, other.Assisted), Both(Offloadable, other.Offloadable),
        Group is null || other.Group is null || Group == other.Group ? Group ?? other.Group : throw Contradiction())
    {
        Within = Within ?? other.Within,
        Beyond = Beyond ?? other.Beyond,
    };

    private static bool? Both(bool? one, bool? other) => one is null || other is null || one == other ? one ?? other : throw Contradiction();

    private static FormatException Contradiction() => new("Conditions contradict each other.");
}

/// <summary>One measure under its conditions.</summary>
public sealed record Term(Measure Measure, Condition Where);

/// <summary>
/// A sum of measures under conditions, such as <c>successes where electronic and not assisted</c> or <c>successes + failures</c>.
/// The vocabulary is closed: nothing but these words is ever interpreted. Of serving's measures only those that take time have a condition,
/// and that is how long.
/// <code>
/// formula   = term { "+" term }
/// term      = measure [ "where" condition { "and" condition } ]
/// measure   = attempts | successes | failures | abandoned | amount | customers | active-customers | durations | (those of serving)
/// condition = [ "not" ] ( electronic | assisted | offloadable )  |  "group" "=" name  |  ( within | beyond ) seconds "s"
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
                case ["within", var seconds, "s", ..] when wanted:
                    condition = condition with { Within = Seconds(seconds, measure) };
                    words = words[2..];
                    break;
                case ["beyond", var seconds, "s", ..] when wanted:
                    condition = condition with { Beyond = Seconds(seconds, measure) };
                    words = words[2..];
                    break;
                case [var word, ..] when ServingMeasure.Of(measure) is not null: throw new FormatException($"'{word}' is no condition of serving's measures.");
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

    private static long Seconds(string text, Measure measure)
    {
        if (ServingMeasure.Of(measure) is not { Lasted: not null }) throw new FormatException("'within' and 'beyond' are for what takes time.");
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 86_400
            ? seconds : throw new FormatException($"'{text}' is no number of seconds up to a day.");
    }

    private static string NameOf(Measure measure) => JsonNamingPolicy.KebabCaseLower.ConvertName(measure.ToString());

    [GeneratedRegex(@"=|[^\s=]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();
}
