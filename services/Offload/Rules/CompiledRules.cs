using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Offload.Preferences;
using ECommerce.Channels.Platform.Catalogue;

namespace ECommerce.Channels.Offload.Rules;

/// <summary>Whether something is so in a situation. Allocates nothing.</summary>
internal delegate bool Test(in Situation situation);

/// <summary>Some words. Few are compared one by one, which is faster than to hash; many are looked up.</summary>
internal sealed class WordSet
{
    private const int Few = 6;
    private readonly string[] words;
    private readonly HashSet<string>? many;

    public WordSet(IReadOnlyCollection<string> words)
    {
        this.words = [.. words];
        many = words.Count > Few ? [.. words] : null;
    }

    public bool IsEmpty => words.Length == 0;

    public bool Has(string? word)
    {
        if (word is null) return false;
        if (many is not null) return many.Contains(word);
        foreach (var one in words)
            if (string.Equals(one, word)) return true;
        return false;
    }
}

/// <summary>A rule as it is asked: its conditions made into functions.</summary>
internal sealed class CompiledRule(Rule rule, int position, Test[] tests)
{
    public Rule Rule => rule;

    /// <summary>Place in the list, from 1.</summary>
    public int Position => position;

    /// <summary>Channels it offers; null: any.</summary>
    public WordSet? Channels { get; } = rule.Then.Channels is { } some ? new WordSet(some) : null;

    public bool Applies(in Situation situation) => rule.Enabled && FirstNotMet(situation) < 0;

    /// <summary>Index of the first condition that is not so; -1 where all are.</summary>
    public int FirstNotMet(in Situation situation)
    {
        for (var i = 0; i < tests.Length; i++)
            if (!tests[i](situation)) return i;
        return -1;
    }
}

/// <summary>A rule set ready to be asked. Never changes.</summary>
internal sealed class CompiledRules
{
    public CompiledRules(int number, RuleSet rules, KnownCatalogue catalogue)
    {
        (Number, Set) = (number, rules);
        Channels = [.. catalogue.Channels.Values.OrderBy(one => one.Position).ThenBy(one => one.Code, StringComparer.Ordinal)];
        Rules = [.. rules.Rules.Select((rule, at) => new CompiledRule(rule, at + 1, [.. rule.When.Select(one => Compile(one, catalogue, Channels))]))];
        KeyMoments = new WordSet(rules.KeyMoments);
        Vulnerable = new WordSet(rules.Vulnerable);
        OptedOut = new WordSet(rules.OptedOut);
        OpenToAll = new WordSet(rules.OpenToAll);
    }

    public int Number { get; }

    public RuleSet Set { get; }

    /// <summary>Of the catalogue, in its order; conditions know channels by their place in it.</summary>
    public KnownChannel[] Channels { get; }

    public CompiledRule[] Rules { get; }

    public WordSet KeyMoments { get; }

    public WordSet Vulnerable { get; }

    public WordSet OptedOut { get; }

    public WordSet OpenToAll { get; }

    /// <summary>The first rule that applies and is not stopped; null: none.</summary>
    public CompiledRule? First(in Situation situation, HashSet<string> stopped)
    {
        foreach (var rule in Rules)
            if (rule.Applies(situation) && !stopped.Contains(rule.Rule.Id)) return rule;
        return null;
    }

    private static Test Compile(Condition one, KnownCatalogue catalogue, KnownChannel[] channels) =>
        Facts.Words.Contains(one.Fact) ? Words(one, catalogue) : Numbers(one, channels);

    private static Test Words(Condition one, KnownCatalogue catalogue)
    {
        var wanted = one.In is null;
        var words = Meant(one.Fact, one.In ?? one.NotIn ?? [], catalogue);
        Test holds = one.Fact switch
        {
            Facts.Service => (in Situation s) => words.Has(s.Service.Code),
            Facts.Group => (in Situation s) => words.Has(s.Service.Group),
            Facts.From => (in Situation s) => words.Has(s.From.Code),
            Facts.Tier => (in Situation s) => words.Has(s.Profile.Tier ?? "ordinary"),
            Facts.Stage => (in Situation s) => words.Has(s.Profile.Stage),
            Facts.Brand => (in Situation s) => words.Has(s.Profile.Brand),
            Facts.Region => (in Situation s) => words.Has(s.Profile.Region),
            Facts.Language => (in Situation s) => words.Has(s.Profile.Language),
            Facts.StatedChannel => (in Situation s) => words.Has(s.Profile.PreferredChannel),
            Facts.Weekday => (in Situation s) => words.Has(s.Weekday),
            Facts.Tag => (in Situation s) => s.HasTag(words),
            _ => throw new ArgumentException($"{one.Fact} is no fact of words."),
        };
        return wanted ? (in Situation s) => !holds(s) : holds;
    }

    /// <summary>A region stands for all that lies in it.</summary>
    private static WordSet Meant(string fact, IReadOnlyList<string> words, KnownCatalogue catalogue) =>
        new(fact == Facts.Region ? catalogue.SubTrees(words) : words);

    private static Test Numbers(Condition one, KnownChannel[] channels)
    {
        var (low, high) = (one.Min ?? double.NegativeInfinity, one.Max ?? double.PositiveInfinity);
        if (one.Fact == Facts.Hour) return (in Situation s) => s.Hour >= low && s.Hour <= high;
        Func<ChannelKnowledge, double> of = one.Fact switch
        {
            Facts.Score => known => known.Score.Bin,
            Facts.Potential => known => known.Score.Potential,
            Facts.Share => known => known.Share,
            Facts.Refusals => known => known.Refusals,
            Facts.Uses when one.Days == 30 => known => known.Uses30,
            Facts.Uses when one.Days == 90 => known => known.Uses90,
            Facts.Uses => known => known.Uses180,
            _ => throw new ArgumentException($"{one.Fact} is no fact of numbers."),
        };
        var place = Array.FindIndex(channels, channel => channel.Code == one.Channel);
        return (in Situation s) =>
        {
            var value = place < 0 ? 0 : of(s.Known[place]);
            return value >= low && value <= high;
        };
    }
}
