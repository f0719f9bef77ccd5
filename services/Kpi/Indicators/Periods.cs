using System.Globalization;
using System.Text.RegularExpressions;
using ECommerce.Channels.Kpi.Rollups;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>Width of the buckets of an answer.</summary>
public enum AnswerGrain
{
    Total,
    Month,
    Day,
    Hour,
    Minute,
}

/// <summary>A stretch of time in minutes since 1970 UTC; the end is exclusive.</summary>
public readonly record struct Span(long From, long To)
{
    public long Length => To - From;

    public bool IsEmpty => To <= From;
}

/// <summary>A piece of the roll-ups to read: whole buckets of one stored grain.</summary>
internal readonly record struct Stretch(Grain Grain, long From, long To);

/// <summary>Calendar arithmetic in the operator's zone.</summary>
internal sealed partial class Periods(OperatorZone zone)
{
    public OperatorZone Zone => zone;

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+\- ]\d{2}:\d{2})\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InstantShape();

    /// <summary>A date in the operator's zone (its first minute) or an instant with its offset; null where it is neither, or no whole minute.</summary>
    public long? Parse(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day))
            return day.Year is >= 2000 and < 2200 ? zone.StartOf(day) : null;
        // A plus sign that was not escaped in the URL arrives as a blank.
        if (!InstantShape().IsMatch(text)
            || !DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)) return null;
        var isWhole = instant.Year is >= 2000 and < 2200 && instant.Ticks % TimeSpan.TicksPerMinute == 0;
        return isWhole ? instant.ToUnixTimeSeconds() / 60 : null;
    }

    public bool IsDayStart(long minute) => zone.StartOf(zone.DayOf(minute)) == minute;

    public bool IsMonthStart(long minute) => zone.DayOf(minute).Day == 1 && IsDayStart(minute);

    public bool IsAligned(long minute, AnswerGrain grain) => grain switch
    {
        AnswerGrain.Month => IsMonthStart(minute),
        AnswerGrain.Day => IsDayStart(minute),
        AnswerGrain.Hour => zone.HourOf(minute) == minute,
        _ => true,
    };

    /// <summary>How many buckets a span has at most; exact enough to refuse what is far too many.</summary>
    public static long CountOf(Span span, AnswerGrain grain) => grain switch
    {
        AnswerGrain.Total => 1,
        AnswerGrain.Month => span.Length / (28 * 1440),
        AnswerGrain.Day => span.Length / 1440,
        AnswerGrain.Hour => span.Length / 60,
        _ => span.Length,
    };

    /// <summary>The buckets of an aligned span, in order.</summary>
    public List<Span> Buckets(Span span, AnswerGrain grain)
    {
        var buckets = new List<Span>();
        for (var at = span.From; at < span.To;)
        {
            var next = Math.Min(span.To, grain == AnswerGrain.Total ? span.To : Next(at, grain));
            buckets.Add(new Span(at, next));
            at = next;
        }
        return buckets;
    }

    public long DayFloor(long minute) => zone.StartOf(zone.DayOf(minute));

    /// <summary>The stored buckets that make up a span: months inside, days, hours and minutes at the rims.</summary>
    public void Cover(Span span, List<Stretch> into) => Cover(span, Grain.Month, into);

    /// <summary>The same span of the calendar some days or months earlier.</summary>
    public long Shift(long minute, int months, int days)
    {
        var day = zone.DayOf(minute);
        var start = zone.StartOf(day);
        return At(day.AddMonths(months).AddDays(days), minute - start);
    }

    /// <summary>A time as people of the operator read it: a date where a day starts, else an instant with its offset.</summary>
    public string Format(long minute) => IsDayStart(minute) ? zone.DayOf(minute).ToString("yyyy-MM-dd") : Instant(minute);

    public string Instant(long minute) => zone.Local(minute).ToString("yyyy-MM-ddTHH:mmzzz");

    /// <summary>The name of a bucket in answers.</summary>
    public string Name(long minute, AnswerGrain grain) => grain switch
    {
        AnswerGrain.Total => Format(minute),
        AnswerGrain.Month => zone.DayOf(minute).ToString("yyyy-MM"),
        AnswerGrain.Day => zone.DayOf(minute).ToString("yyyy-MM-dd"),
        _ => Instant(minute),
    };

    private long Next(long at, AnswerGrain grain) => grain switch
    {
        AnswerGrain.Month => zone.StartOf(zone.DayOf(at).AddMonths(1)),
        AnswerGrain.Day => zone.StartOf(zone.DayOf(at).AddDays(1)),
        // An hour that the clock shows twice is two buckets; one that it skips is none.
        AnswerGrain.Hour => zone.HourOf(at + 60) > at ? zone.HourOf(at + 60) : at + 60,
        _ => at + 1,
    };

    private void Cover(Span span, Grain grain, List<Stretch> into)
    {
        if (span.IsEmpty) return;
        if (grain == Grain.Minute)
        {
            Append(into, new Stretch(Grain.Minute, span.From, span.To));
            return;
        }
        var (first, last) = (Ceiling(span.From, grain), Floor(span.To, grain));
        if (first >= last)
        {
            Cover(span, Finer(grain), into);
            return;
        }
        Cover(new Span(span.From, first), Finer(grain), into);
        Append(into, new Stretch(grain, first, last));
        Cover(new Span(last, span.To), Finer(grain), into);
    }

    private static Grain Finer(Grain grain) => grain switch
    {
        Grain.Month => Grain.Day,
        Grain.Day => Grain.Hour,
        _ => Grain.Minute,
    };

    private long Floor(long minute, Grain grain)
    {
        var day = zone.DayOf(minute);
        return grain switch
        {
            Grain.Month => zone.StartOf(new DateOnly(day.Year, day.Month, 1)),
            Grain.Day => zone.StartOf(day),
            _ => zone.HourOf(minute),
        };
    }

    private long Ceiling(long minute, Grain grain)
    {
        var floor = Floor(minute, grain);
        return floor == minute ? minute : Next(floor, grain switch
        {
            Grain.Month => AnswerGrain.Month,
            Grain.Day => AnswerGrain.Day,
            _ => AnswerGrain.Hour,
        });
    }

    /// <summary>Adjoining stretches of one grain are read at once.</summary>
    private static void Append(List<Stretch> into, Stretch next)
    {
        if (next.From >= next.To) return;
        if (into.Count > 0 && into[^1] is var last && last.Grain == next.Grain && last.To == next.From) into[^1] = last with { To = next.To };
        else into.Add(next);
    }

    /// <summary>A local time of a day; where the clock was changed on it, the minute that shows that time.</summary>
    private long At(DateOnly day, long minuteOfDay)
    {
        var start = zone.StartOf(day);
        var minute = start + minuteOfDay;
        return minute + (long)(zone.OffsetAt(start) - zone.OffsetAt(minute)).TotalMinutes;
    }
}
