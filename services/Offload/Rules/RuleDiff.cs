namespace ECommerce.Channels.Offload.Rules;

/// <summary>What differs between two rule sets: by rule, and by what guards them all.</summary>
/// <param name="What">added, removed, changed or moved.</param>
internal sealed record RuleChange(string Rule, string What, Rule? Before, Rule? After, int? PositionBefore, int? PositionAfter);

/// <param name="Settings">Names of the settings that differ.</param>
internal sealed record RuleDiff(IReadOnlyList<RuleChange> Rules, IReadOnlyList<string> Settings)
{
    public static RuleDiff Of(RuleSet before, RuleSet after)
    {
        var then = Positions(before);
        var now = Positions(after);
        var changes = then.Keys.Union(now.Keys).Select(id => Change(id, then, now)).OfType<RuleChange>()
            .OrderBy(one => one.PositionAfter ?? one.PositionBefore).ThenBy(one => one.Rule, StringComparer.Ordinal).ToList();
        return new RuleDiff(changes, [.. SettingsOf(before).Zip(SettingsOf(after)).Where(pair => pair.First.Value != pair.Second.Value).Select(pair => pair.First.Name)]);
    }

    private static Dictionary<string, (Rule Rule, int At)> Positions(RuleSet set) => set.Rules.Index().ToDictionary(one => one.Item.Id, one => (one.Item, one.Index + 1));

    private static RuleChange? Change(string id, Dictionary<string, (Rule Rule, int At)> then, Dictionary<string, (Rule Rule, int At)> now)
    {
        if (!then.TryGetValue(id, out var before)) return new RuleChange(id, "added", null, now[id].Rule, null, now[id].At);
        if (!now.TryGetValue(id, out var after)) return new RuleChange(id, "removed", before.Rule, null, before.At, null);
        if (Json(before.Rule) != Json(after.Rule)) return new RuleChange(id, "changed", before.Rule, after.Rule, before.At, after.At);
        return Rank(id, then, now) != Rank(id, now, then) ? new RuleChange(id, "moved", before.Rule, after.Rule, before.At, after.At) : null;
    }

    /// <summary>Place among the rules that both have: what is added or removed above moves nothing.</summary>
    private static int Rank(string id, Dictionary<string, (Rule Rule, int At)> of, Dictionary<string, (Rule Rule, int At)> other) =>
        of.Count(one => other.ContainsKey(one.Key) && one.Value.At < of[id].At);

    private static string Json(object value) => System.Text.Json.JsonSerializer.Serialize(value, RuleJson.Options);

    private static IEnumerable<(string Name, string Value)> SettingsOf(RuleSet set) =>
    [
        ("failedHours", Json(set.FailedHours)), ("keyMoments", Json(set.KeyMoments)), ("vulnerable", Json(set.Vulnerable)), ("optedOut", Json(set.OptedOut)),
        ("openToAll", Json(set.OpenToAll)), ("bounceCost", Json(set.BounceCost)), ("allowances", Json(set.Allowances)), ("quietHours", Json(set.QuietHours)),
    ];
}
