using System.Security.Cryptography;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Kpi.Views;

/// <summary>What somebody wrote beside the figures of some days.</summary>
/// <param name="To">Exclusive.</param>
/// <param name="Indicator">Null: of all.</param>
/// <param name="Channel">Null: of all.</param>
/// <param name="Region">The region and what lies in it; null: of all, and seen by everybody.</param>
internal sealed record Annotation(
    string Id, DateOnly From, DateOnly To, string Text, string? Indicator, string? Channel, string? Region, string By, DateTimeOffset UpdatedAt,
    string UpdatedBy, long Revision)
{
    public static string NewId() => "note_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
}

/// <summary>An annotation as it is asked for: of one day (<c>at</c>) or of some (<c>from</c>, <c>to</c>, exclusive).</summary>
internal sealed record AnnotationEdit(DateOnly From, DateOnly To, string Text, string? Indicator, string? Channel, string? Region)
{
    public static AnnotationEdit Read(JsonFields fields, IndicatorBook book, CatalogueTimeline catalogue)
    {
        var (from, to) = Days(fields);
        var edit = new AnnotationEdit(
            from, to, PhoneNumbers.Mask(fields.LongText("text", 1, 500)), fields.OptionalCode("indicator"), fields.OptionalCode("channel"),
            fields.OptionalCode("region"));
        if (edit.Indicator is { } indicator && book.Versions(indicator) is null) fields.Fail("indicator", "没有该指标", "Is no indicator");
        if (edit.Channel is { } channel && !catalogue.WasEver(CatalogueField.Channel, channel)) fields.Fail("channel", "目录中没有该编码", "Is not in the catalogue");
        if (edit.Region is { } region && !catalogue.WasEver(CatalogueField.Region, region)) fields.Fail("region", "目录中没有该编码", "Is not in the catalogue");
        return edit;
    }

    private static (DateOnly From, DateOnly To) Days(JsonFields fields)
    {
        var at = Day(fields, "at", fields.OptionalDate("at"));
        var (from, to) = (Day(fields, "from", fields.OptionalDate("from")), Day(fields, "to", fields.OptionalDate("to")));
        if (fields.Errors.Fields.Any(name => name is "at" or "from" or "to")) return default;
        if (at is { } day && from is null && to is null) return (day, day.AddDays(1));
        if (at is null && from < to) return (from.Value, to.Value);
        if (at is null && from >= to) fields.Fail("to", "须晚于 from", "Must be after from");
        else fields.Fail("at", "须给出 at，或 from 与 to", "Give at, or from and to");
        return default;
    }

    private static DateOnly? Day(JsonFields fields, string name, DateOnly? given)
    {
        if (given is { Year: < 2000 or >= 2200 }) fields.Fail(name, "须在 2000 年至 2199 年之间", "Must lie between the years 2000 and 2199");
        return given;
    }
}

/// <summary>The body of an annotation.</summary>
/// <param name="At">A day, for one of a single day.</param>
/// <param name="From">First day, for one of several.</param>
/// <param name="To">Exclusive.</param>
/// <param name="Text">1 to 500 characters; what looks like a phone number is masked.</param>
internal sealed record AnnotationInput(DateOnly? At, DateOnly? From, DateOnly? To, string Text, string? Indicator, string? Channel, string? Region);
