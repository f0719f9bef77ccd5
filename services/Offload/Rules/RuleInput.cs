using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Contacts;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Offload.Rules;

/// <summary>Reads a rule set as people write it; every wrong field is in the errors.</summary>
internal static class RuleInput
{
    public const int MostRules = 500;

    private const int MostConditions = 20;
    private const int MostWords = 200;
    private const int MostTags = 100;
    private const int MostAllowances = 20;
    private static readonly int[] Spans = [30, 90, 180];

    public static RuleSet Read(JsonFields fields, KnownCatalogue? catalogue)
    {
        var rules = fields.Objects("rules", 0, MostRules, one => ReadRule(one, catalogue));
        foreach (var twice in rules.GroupBy(one => one.Id).Where(group => group.Key.Length > 0 && group.Count() > 1))
            fields.Fail("rules", $"规则编码重复：{twice.Key}", $"Two rules have the id {twice.Key}");
        var quiet = fields.Object("quietHours");
        return new RuleSet(
            rules, (int)fields.Integer("failedHours", 1, 168), Tags(fields, "keyMoments"), Tags(fields, "vulnerable"), Tags(fields, "optedOut"),
            ReadChannels(fields, "openToAll", catalogue), fields.Integer("bounceCost", 0, 1_000_000), ReadAllowances(fields, catalogue),
            new QuietHours((int)quiet.Integer("from", 0, 1439), (int)quiet.Integer("to", 0, 1439)));
    }

    private static IReadOnlyList<string> Tags(JsonFields fields, string name) => fields.OptionalStrings(name, MostTags) ?? [];

    private static Rule ReadRule(JsonFields fields, KnownCatalogue? catalogue)
    {
        var names = fields.Object("names");
        return new Rule(
            fields.Code("id"), new RuleNames(names.String("zh-CN", max: 120), names.String("en", max: 120)), fields.OptionalBool("enabled") ?? true,
            fields.Objects("when", 0, MostConditions, one => ReadCondition(one, catalogue)), ReadAction(fields.Object("then"), catalogue));
    }

    private static RuleAction ReadAction(JsonFields fields, KnownCatalogue? catalogue) => new(
        fields.OptionalOneOf("policy", Policies.All), fields.Has("channels") ? NullIfNone(ReadChannels(fields, "channels", catalogue)) : null,
        (int?)fields.OptionalInteger("minimumScore", 1, 10));

    private static IReadOnlyList<string>? NullIfNone(IReadOnlyList<string> list) => list.Count == 0 ? null : list;

    private static IReadOnlyList<string> ReadChannels(JsonFields fields, string name, KnownCatalogue? catalogue)
    {
        var channels = fields.OptionalStrings(name, MostWords) ?? [];
        foreach (var unknown in channels.Where(code => catalogue?.Channels.ContainsKey(code) == false))
            fields.Fail(name, $"目录中没有该渠道：{unknown}", $"The catalogue has no channel {unknown}");
        return channels;
    }

    private static Condition ReadCondition(JsonFields fields, KnownCatalogue? catalogue)
    {
        var fact = fields.OneOf("fact", Facts.All);
        return Facts.Words.Contains(fact) ? ReadWords(fields, fact, catalogue) : ReadNumber(fields, fact, catalogue);
    }

    private static Condition ReadWords(JsonFields fields, string fact, KnownCatalogue? catalogue)
    {
        var (some, none) = (fields.OptionalStrings("in", MostWords), fields.OptionalStrings("notIn", MostWords));
        if (some is null == none is null) fields.Fail("in", "in 与 notIn 须恰有一个", "There must be in or notIn, and not both");
        else if ((some ?? none)!.Count == 0) fields.Fail(some is null ? "notIn" : "in", "不能为空", "Must not be empty");
        else if (catalogue is not null && UnknownOf(fact, (some ?? none)!, catalogue) is { } unknown)
            fields.Fail(some is null ? "notIn" : "in", $"没有这个取值：{unknown}", $"There is no such value: {unknown}");
        return new Condition(fact, In: some, NotIn: none);
    }

    private static string? UnknownOf(string fact, IReadOnlyList<string> words, KnownCatalogue catalogue) => fact switch
    {
        Facts.Service => words.FirstOrDefault(word => !catalogue.Services.ContainsKey(word)),
        Facts.Group => words.FirstOrDefault(word => catalogue.Services.Values.All(one => one.Group != word)),
        Facts.From or Facts.StatedChannel => words.FirstOrDefault(word => !catalogue.Channels.ContainsKey(word)),
        Facts.Region => words.FirstOrDefault(word => !catalogue.Regions.Contains(word)),
        Facts.Brand => words.FirstOrDefault(word => !catalogue.Brands.Contains(word)),
        Facts.Weekday => words.FirstOrDefault(word => !Facts.Weekdays.Contains(word)),
        _ => null,
    };

    private static Condition ReadNumber(JsonFields fields, string fact, KnownCatalogue? catalogue)
    {
        var (min, max) = (fields.OptionalNumber("min"), fields.OptionalNumber("max"));
        if (fact.Length > 0 && min is null && max is null) fields.Fail("min", "min 与 max 至少有一个", "There must be min or max");
        if (min > max) fields.Fail("max", "须不小于 min", "Must not be below min");
        string? channel = null;
        if (Facts.ByChannel.Contains(fact))
        {
            channel = fields.Code("channel");
            if (channel.Length > 0 && catalogue?.Channels.ContainsKey(channel) == false) fields.Fail("channel", "目录中没有该渠道", "The catalogue has no such channel");
        }
        return new Condition(fact, channel, fact == Facts.Uses ? ReadDays(fields) : null, Min: min, Max: max);
    }

    private static int ReadDays(JsonFields fields)
    {
        var days = (int)fields.Integer("days");
        if (!fields.Errors.Any && !Spans.Contains(days)) fields.Fail("days", "须为 30、90 或 180", "Must be 30, 90 or 180");
        return days;
    }

    private static IReadOnlyList<Allowance> ReadAllowances(JsonFields fields, KnownCatalogue? catalogue)
    {
        var allowances = fields.Objects("allowances", 0, MostAllowances, one =>
        {
            var channel = one.OptionalCode("channel");
            if (channel is not null && catalogue?.Channels.ContainsKey(channel) == false) one.Fail("channel", "目录中没有该渠道", "The catalogue has no such channel");
            return new Allowance(one.Code("name"), one.OptionalOneOf("purpose", [.. ConsentPurposes.All]), channel, (int)one.Integer("days", 1, 31), (int)one.Integer("most", 0, 1_000));
        });
        foreach (var twice in allowances.GroupBy(one => one.Name).Where(group => group.Key.Length > 0 && group.Count() > 1))
            fields.Fail("allowances", $"名称重复：{twice.Key}", $"Two allowances have the name {twice.Key}");
        return allowances;
    }
}
