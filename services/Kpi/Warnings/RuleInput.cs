using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>A rule as it is asked for.</summary>
/// <param name="Name">Up to 100 characters; where it is missing the rule is named by what it watches.</param>
/// <param name="Indicator">Required but for late feeds, which have none.</param>
/// <param name="Notify">1 to 20 roles, or users as <c>user:NAME</c>.</param>
/// <param name="Severity">critical, warning (default) or info.</param>
/// <param name="Enabled">Default true.</param>
internal sealed record RuleInput(
    WarningCondition Condition, IReadOnlyList<string> Notify, string? Name = null, string? Indicator = null, string? Channel = null, string? Region = null,
    string? Severity = null, bool? Enabled = null)
{
    private const double LargestThreshold = 1e15;

    /// <summary>Reads a rule; what is wrong with it is in the errors of <paramref name="fields"/>, every wrong field by name.</summary>
    public static WarningRule Read(JsonFields fields, string id, int revision, IndicatorBook indicators, CatalogueTimeline catalogue)
    {
        var condition = ReadCondition(fields.Object("condition"), fields);
        var rule = new WarningRule(
            id, PhoneNumbers.Mask(fields.OptionalString("name", 100)), fields.OptionalCode("indicator"), fields.OptionalCode("channel"), fields.OptionalCode("region"), condition,
            fields.Strings("notify", 1, 20, 100), fields.OptionalOneOf("severity", "critical", "warning", "info") ?? "warning",
            fields.OptionalBool("enabled") ?? true, revision);
        foreach (var (who, at) in rule.Notify.Select((who, at) => (who, at)))
            // It is published with every warning, where no number of a person may be.
            if ((!Roles.All.Contains(who) && !who.StartsWith("user:", StringComparison.Ordinal)) || PhoneNumbers.Mask(who) != who)
                fields.Fail($"notify.{at}", "须为角色，或 user:用户名", "Must be a role, or user:NAME");
        JudgeCode(fields, "channel", CatalogueField.Channel, rule.Channel, catalogue);
        JudgeCode(fields, "region", CatalogueField.Region, rule.Region, catalogue);
        if (rule.IsLateFeed) JudgeLateFeed(fields, rule);
        else JudgeThreshold(fields, rule, indicators);
        return rule;
    }

    private static WarningCondition ReadCondition(JsonFields condition, JsonFields fields)
    {
        var kind = condition.OneOf("kind", WarningCondition.Below, WarningCondition.Above, WarningCondition.LateFeed);
        if (kind is not (WarningCondition.Below or WarningCondition.Above))
        {
            if (condition.Has("threshold")) condition.OptionalNumber("threshold");
            return new WarningCondition(kind, null, null);
        }
        return new WarningCondition(kind, condition.Number("threshold", 0, LargestThreshold), condition.OneOf("window", "hour", "day"));
    }

    private static void JudgeCode(JsonFields fields, string name, CatalogueField field, string? code, CatalogueTimeline catalogue)
    {
        if (code is not null && !catalogue.WasEver(field, code)) fields.Fail(name, $"目录中没有“{code}”", $"'{code}' is not in the catalogue");
    }

    private static void JudgeLateFeed(JsonFields fields, WarningRule rule)
    {
        if (rule.Indicator is not null) fields.Fail("indicator", "迟到的数据源不针对指标", "Late feeds have no indicator");
        if (rule.Region is not null) fields.Fail("region", "数据源不分地区", "Feeds are not told apart by region");
    }

    private static void JudgeThreshold(JsonFields fields, WarningRule rule, IndicatorBook indicators)
    {
        if (rule.Indicator is not { } id)
        {
            if (!fields.Errors.Fields.Contains("indicator")) fields.Fail("indicator", "不能为空", "Is required");
            return;
        }
        if (indicators.Versions(id)?[^1] is not { } definition)
        {
            fields.Fail("indicator", $"没有指标“{id}”", $"There is no indicator '{id}'");
            return;
        }
        if (definition.Kind == FigureKind.Share)
            fields.Fail("indicator", "占比只有拆分后才有意义，不能设预警", "A share means nothing unless it is told apart, and cannot be watched");
        if (rule.Condition.Window is { } window && !definition.Grains.Contains(window))
            fields.Fail("condition.window", $"该指标只提供 {string.Join("、", definition.Grains)}", $"This indicator offers only {string.Join(", ", definition.Grains)}");
        if (rule.Channel is not null && !definition.Dimensions.Contains("channel"))
            fields.Fail("channel", "该指标不能按渠道筛选", "This indicator cannot be filtered by channel");
        if (rule.Region is not null && !definition.Dimensions.Contains("region"))
            fields.Fail("region", "该指标不能按地区筛选", "This indicator cannot be filtered by region");
        if (definition.Unit == "rate" && rule.Condition.Threshold > 1)
            fields.Fail("condition.threshold", "比率的阈值须在 0 至 1 之间", "The threshold of a rate must be between 0 and 1");
    }
}
