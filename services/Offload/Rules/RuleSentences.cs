using System.Globalization;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Platform.Catalogue;

namespace ECommerce.Channels.Offload.Rules;

/// <summary>Says a rule as a person would: "If …, then offer …".</summary>
internal static class RuleSentences
{
    private static readonly Dictionary<string, Words> Names = new()
    {
        [Facts.Service] = new("业务", "the service"),
        [Facts.Group] = new("业务组", "the group of services"),
        [Facts.From] = new("客户所在渠道", "the channel now"),
        [Facts.Tier] = new("客户等级", "the tier"),
        [Facts.Stage] = new("生命周期", "the stage"),
        [Facts.Brand] = new("品牌", "the brand"),
        [Facts.Region] = new("地区", "the region"),
        [Facts.Language] = new("语言", "the language"),
        [Facts.Tag] = new("标签", "a tag"),
        [Facts.StatedChannel] = new("客户说过想用的渠道", "the channel the customer asked for"),
        [Facts.Weekday] = new("星期", "the weekday"),
        [Facts.Hour] = new("钟点", "the hour"),
        [Facts.Score] = new("偏好分", "the preference score"),
        [Facts.Potential] = new("潜在偏好分", "the potential"),
        [Facts.Share] = new("接触占比", "the share of contacts"),
        [Facts.Uses] = new("使用次数", "uses"),
        [Facts.Refusals] = new("近 90 天拒绝次数", "refusals in 90 days"),
    };

    private static readonly Dictionary<string, Words> PolicyNames = new()
    {
        [Policies.PreferenceFirst] = new("偏好优先", "preference first"),
        [Policies.CostFirst] = new("成本优先", "cost first"),
        [Policies.SatisfactionFirst] = new("满意（成功率）优先", "satisfaction (success) first"),
        [Policies.Utility] = new("效用最大", "greatest utility"),
    };

    public static Words Of(Rule rule, KnownCatalogue catalogue)
    {
        var conditions = rule.When.Select(one => Of(one, catalogue)).ToList();
        var then = Of(rule.Then, catalogue);
        return conditions.Count == 0
            ? new($"任何情况下，{then.Chinese}", $"Always {then.English}")
            : new($"如果{string.Join("，且", conditions.Select(one => one.Chinese))}，就{then.Chinese}", $"If {string.Join(" and ", conditions.Select(one => one.English))}, then {then.English}");
    }

    public static Words Of(Condition one, KnownCatalogue catalogue)
    {
        var name = Named(one, catalogue);
        if (one.In is not null || one.NotIn is not null)
        {
            var words = (one.In ?? one.NotIn)!.Select(word => Word(one.Fact, word, catalogue)).ToList();
            return one.In is not null
                ? new($"{name.Chinese}是{string.Join("、", words.Select(word => word.Chinese))}", $"{name.English} is {string.Join(" or ", words.Select(word => word.English))}")
                : new($"{name.Chinese}不是{string.Join("、", words.Select(word => word.Chinese))}", $"{name.English} is not {string.Join(" or ", words.Select(word => word.English))}");
        }
        return (one.Min, one.Max) switch
        {
            ({ } min, { } max) => new($"{name.Chinese}在 {Text(min)} 至 {Text(max)} 之间", $"{name.English} is {Text(min)} to {Text(max)}"),
            ({ } min, _) => new($"{name.Chinese}不少于 {Text(min)}", $"{name.English} is at least {Text(min)}"),
            (_, { } max) => new($"{name.Chinese}不多于 {Text(max)}", $"{name.English} is at most {Text(max)}"),
            _ => name,
        };
    }

    private static Words Of(RuleAction then, KnownCatalogue catalogue)
    {
        if (then.Policy is null) return new("不引导", "stay");
        var channels = then.Channels?.Select(code => Channel(code, catalogue)).ToList();
        var (where, there) = channels is null
            ? ("合适的电子渠道", "an e-channel")
            : (string.Join("、", channels.Select(one => one.Chinese)), string.Join(" or ", channels.Select(one => one.English)));
        var (low, minimum) = then.MinimumScore is { } score ? ($"（偏好至少 {score} 分）", $" (preference at least {score})") : ("", "");
        return new($"按{PolicyNames[then.Policy].Chinese}推荐{where}{low}", $"offer {there}, {PolicyNames[then.Policy].English}{minimum}");
    }

    private static Words Named(Condition one, KnownCatalogue catalogue)
    {
        var name = Names[one.Fact];
        if (one.Channel is null) return name;
        var channel = Channel(one.Channel, catalogue);
        return one.Fact == Facts.Uses
            ? new($"近 {one.Days} 天{channel.Chinese}{name.Chinese}", $"{name.English} of {channel.English} in {one.Days} days")
            : new($"{channel.Chinese}的{name.Chinese}", $"{name.English} of {channel.English}");
    }

    private static Words Word(string fact, string word, KnownCatalogue catalogue) => fact switch
    {
        Facts.Service when catalogue.Services.TryGetValue(word, out var service) => new(service.Chinese, service.English),
        Facts.From or Facts.StatedChannel => Channel(word, catalogue),
        _ => new(word, word),
    };

    private static Words Channel(string code, KnownCatalogue catalogue) =>
        catalogue.Channels.TryGetValue(code, out var known) ? new(known.Chinese, known.English) : new(code, code);

    private static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
