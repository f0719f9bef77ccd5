using System.Globalization;

namespace ECommerce.Channels.Imports;

/// <summary>Times of an export, in the zone of its mapping where they carry no offset.</summary>
internal sealed class RowTimes(string zoneId)
{
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(zoneId);

    /// <param name="formats">.NET patterns, tried in order; RFC 3339 with an offset where there are none.</param>
    public bool TryRead(string text, IReadOnlyList<string> formats, out DateTimeOffset at)
    {
        at = default;
        if (formats.Count == 0)
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out at) && HasOffset(text);
        foreach (var format in formats)
        {
            if (format.Contains('z', StringComparison.Ordinal) || format.Contains('K', StringComparison.Ordinal))
            {
                if (DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out at)) return true;
            }
            else if (DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            {
                return TryLocal(local, out at);
            }
        }
        return false;
    }

    /// <summary>An hour that the clock skipped never was; of an hour that it showed twice, the first is meant.</summary>
    private bool TryLocal(DateTime local, out DateTimeOffset at)
    {
        at = default;
        if (zone.IsInvalidTime(local)) return false;
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        if (local.Ticks < offset.Ticks) return false;
        at = new DateTimeOffset(local, offset);
        return true;
    }

    private static bool HasOffset(string text) => text.EndsWith('Z') || text.AsSpan(Math.Max(0, text.Length - 6)).IndexOfAny('+', '-') >= 0;
}
