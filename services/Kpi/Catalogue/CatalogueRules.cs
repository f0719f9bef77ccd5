using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Kpi.Catalogue;

/// <summary>What must hold between the entries of a catalogue, on every day from an edit on.</summary>
internal static class CatalogueRules
{
    public static FieldErrors Judge(CatalogueTimeline after, CatalogueChange change)
    {
        var errors = new FieldErrors();
        var entry = change.Content is null ? null : CatalogueJson.Read(change.Kind, change.Content);
        if (entry is Entry) JudgeNumber(after, change, errors);
        foreach (var version in after.Stretches.Where(version => version.ValidFrom >= change.ValidFrom))
        {
            if (entry is Service service) JudgeCosts(version, service, errors);
            if (entry is Assignment assignment) JudgeAssignment(version, assignment, errors);
            if (change.Kind == CatalogueJson.Regions) JudgeTree(version, change, errors);
            if (errors.Any) break;
        }
        return errors;
    }

    /// <summary>Figures number the codes that ever were; so many there may be.</summary>
    private static void JudgeNumber(CatalogueTimeline after, CatalogueChange change, FieldErrors errors)
    {
        var field = Enum.GetValues<CatalogueField>().First(field => CatalogueJson.KindOf(field) == change.Kind);
        var most = GroupKey.Capacity(field) - 2;
        if (after.Stretches.SelectMany(version => version.Codes(field)).Distinct().Skip(most).Any())
            errors.Add("code", $"最多 {most} 个编码（含已停用的）", $"There may be {most} codes at most, retired ones included");
    }

    private static void JudgeCosts(CatalogueVersion version, Service service, FieldErrors errors)
    {
        foreach (var channel in service.UnitCosts.Keys.Where(channel => !version.Channels.ContainsKey(channel)))
            errors.Add($"unitCosts.{channel}", $"自 {version.ValidFrom:yyyy-MM-dd} 起没有该渠道", $"is no channel from {version.ValidFrom:yyyy-MM-dd}");
    }

    private static void JudgeAssignment(CatalogueVersion version, Assignment assignment, FieldErrors errors)
    {
        if (!version.Has(assignment.Field, assignment.Code))
            errors.Add("code", $"自 {version.ValidFrom:yyyy-MM-dd} 起目录中没有该编码", $"is not in the catalogue from {version.ValidFrom:yyyy-MM-dd}");
        if (version.Has(assignment.Field, assignment.Raw))
            errors.Add("raw", $"自 {version.ValidFrom:yyyy-MM-dd} 起它本身就是目录编码", $"is itself a code of the catalogue from {version.ValidFrom:yyyy-MM-dd}");
    }

    /// <summary>Every parent exists, and no region lies in itself.</summary>
    private static void JudgeTree(CatalogueVersion version, CatalogueChange change, FieldErrors errors)
    {
        foreach (var region in version.Regions.Values)
        {
            if (region.Parent is null) continue;
            if (!version.Regions.ContainsKey(region.Parent))
            {
                if (region.Code == change.Code)
                    errors.Add("parent", $"自 {version.ValidFrom:yyyy-MM-dd} 起没有该地区", $"is no region from {version.ValidFrom:yyyy-MM-dd}");
                else
                    errors.Add("code", $"其下还有地区 {region.Code}", $"region {region.Code} still lies in it");
                return;
            }
            if (LiesInItself(version, region))
            {
                errors.Add("parent", "地区不能位于自身之下", "a region cannot lie in itself");
                return;
            }
        }
    }

    private static bool LiesInItself(CatalogueVersion version, Region region)
    {
        var above = region.Parent;
        for (var steps = 0; above is not null && steps <= version.Regions.Count; steps++)
        {
            if (above == region.Code) return true;
            above = version.Regions.TryGetValue(above, out var parent) ? parent.Parent : null;
        }
        return above is not null;
    }
}
