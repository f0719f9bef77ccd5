using CsCheck;
using ECommerce.Channels.Care.Calendars;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Calendars;

public sealed class WorkingTimeTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Any instant of the year 2026, to the second.</summary>
    private static readonly Gen<DateTimeOffset> AnyInstant = Gen.Int[0, 365 * 86_400].Select(second => Start.AddSeconds(second));

    private static readonly Gen<BusinessCalendar> AnyCalendar = Gen.Select(
        Gen.OneOf("Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu"),
        Windows(0).Array[7], Gen.Int[0, 364].HashSet[0, 30], Gen.Select(Gen.Int[0, 364], Windows(1), (day, windows) => (day, windows)).Array[0, 10],
        (zone, week, holidays, extra) => new BusinessCalendar(
            "any", new Names("任意", "Any"), zone, [.. week.Select((day, at) => at == 3 ? [new DayWindow(60, 660)] : day)],
            [.. holidays.Select(Day)], [.. extra.DistinctBy(one => one.day).Select(one => new ExtraDay(Day(one.day), one.windows))]));

    [Theory]
    [InlineData("default", "11-23 09:00", "11-23 18:00", 450)]
    [InlineData("default", "11-23 12:00", "11-23 13:30", 0)]
    [InlineData("default", "11-23 11:59", "11-23 13:31", 2)]
    [InlineData("default", "11-27 18:00", "11-30 09:00", 0)]
    [InlineData("default", "11-23 00:00", "11-30 00:00", 2250)]
    [InlineData("default", "11-23 10:00", "11-23 09:00", 0)]
    [InlineData("holiday", "11-23 18:00", "11-25 09:00", 0)]
    [InlineData("holiday", "11-28 00:00", "11-29 00:00", 180)]
    [InlineData("night", "11-23 22:00", "11-24 06:00", 480)]
    [InlineData("night", "11-23 23:59", "11-24 00:01", 2)]
    [InlineData("always", "11-23 00:00", "11-30 00:00", 10_080)]
    [InlineData("berlin", "03-29 00:00", "03-30 00:00", 1_380)]
    [InlineData("berlin", "10-25 00:00", "10-26 00:00", 1_500)]
    [InlineData("berlin-night", "03-29 00:00", "03-30 00:00", 120)]
    [InlineData("berlin-night", "10-25 00:00", "10-26 00:00", 240)]
    [InlineData("berlin-early", "03-28 00:00", "03-29 00:00", 150)]
    [InlineData("berlin-early", "03-29 00:00", "03-30 00:00", 120)]
    [InlineData("berlin-early", "03-29 03:00", "03-29 05:00", 120)]
    // At midnight clocks are put forward to one o'clock there: the first hour of the day is not.
    [InlineData("havana", "03-07 12:00", "03-08 12:00", 180)]
    // At one o'clock they are put back to midnight: an hour comes twice.
    [InlineData("havana", "10-31 12:00", "11-01 12:00", 300)]
    public void Between_TwoInstants_IsWhatIsWorked(string calendar, string from, string to, int minutes) =>
        Assert.Equal(minutes, Sample.Working(calendar).Between(Sample.At(calendar, from), Sample.At(calendar, to)).TotalMinutes);

    [Theory]
    [InlineData("default", "11-23 09:00", 180, "11-23 12:00")]
    [InlineData("default", "11-23 09:00", 181, "11-23 13:31")]
    [InlineData("default", "11-23 12:30", 0, "11-23 12:30")]
    [InlineData("default", "11-27 17:59", 2, "11-30 09:01")]
    [InlineData("holiday", "11-23 17:00", 61, "11-25 09:01")]
    [InlineData("holiday", "11-27 17:00", 240, "11-28 12:00")]
    [InlineData("night", "11-23 23:00", 90, "11-24 00:30")]
    [InlineData("berlin", "03-29 01:00", 120, "03-29 04:00")]
    [InlineData("berlin", "10-25 01:00", 180, "10-25 02:00Z")]
    public void After_SoManyMinutes_IsTheFirstInstantBeforeWhichTheyAreWorked(string calendar, string from, int minutes, string expected) =>
        Assert.Equal(Sample.At(calendar, expected), Sample.Working(calendar).After(Sample.At(calendar, from), TimeSpan.FromMinutes(minutes)));

    [Fact]
    public void After_ACalendarWithoutWindows_IsRefusedAndEnds()
    {
        var closed = Sample.Calendar("default") with { Week = [.. Enumerable.Repeat<IReadOnlyList<DayWindow>>([], 7)] };
        Assert.Throws<InvalidOperationException>(() => new WorkingTime(closed).After(Start, TimeSpan.FromMinutes(1)));
        Assert.Equal(TimeSpan.Zero, new WorkingTime(closed).Between(Start, Start.AddYears(50)));
    }

    [Fact]
    public void Between_AnyThreeInstants_AddsUp() => Gen.Select(AnyCalendar, AnyInstant.Array[3]).Sample((calendar, instants) =>
    {
        var working = new WorkingTime(calendar);
        var at = instants.Order().ToArray();
        Assert.Equal(working.Between(at[0], at[2]), working.Between(at[0], at[1]) + working.Between(at[1], at[2]));
    });

    [Fact]
    public void Between_ALaterInstant_IsNotLessAndNeverMoreThanPassed() => Gen.Select(AnyCalendar, AnyInstant.Array[3]).Sample((calendar, instants) =>
    {
        var working = new WorkingTime(calendar);
        var at = instants.Order().ToArray();
        Assert.InRange(working.Between(at[0], at[1]), TimeSpan.Zero, at[1] - at[0]);
        Assert.True(working.Between(at[0], at[1]) <= working.Between(at[0], at[2]));
    });

    [Fact]
    public void After_AnyMinutes_IsTheInverseOfBetween() => Gen.Select(AnyCalendar, AnyInstant, Gen.Int[1, 20_000]).Sample((calendar, from, minutes) =>
    {
        var (working, allowed) = (new WorkingTime(calendar), TimeSpan.FromMinutes(minutes));
        var due = working.After(from, allowed);
        Assert.Equal(allowed, working.Between(from, due));
        Assert.True(working.Between(from, due.AddSeconds(-1)) < allowed, "an earlier instant would do");
    });

    private static DateOnly Day(int number) => new DateOnly(2026, 1, 1).AddDays(number);

    /// <summary>Up to three windows of a day, in order and apart, or meeting.</summary>
    private static Gen<IReadOnlyList<DayWindow>> Windows(int min) => Gen.Int[0, 144].HashSet[2 * min, 6].Select(IReadOnlyList<DayWindow> (cuts) =>
    [
        .. cuts.Order().Chunk(2).Where(pair => pair.Length == 2).Select(pair => new DayWindow(pair[0] * 10, pair[1] * 10)),
    ]);
}
