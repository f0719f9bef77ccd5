using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Calendars;

public sealed class CalendarsApiTests(PostgresServer postgres)
{
    [Fact]
    public async Task Clock_SaysTheOperatorsZoneAndDay_AndUpToWhenFiguresAre()
    {
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        var clock = await host.GetAsync("/api/v1/kpi/clock");
        var values = await host.GetAsync("/api/v1/kpi/indicators/attempts/values?from=2026-11-01&to=2026-11-02");
        Assert.Equal("Asia/Shanghai", clock.GetProperty("timeZone").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\d$", clock.GetProperty("today").GetString());
        Assert.Equal(values.GetProperty("asOf").GetDateTimeOffset(), clock.GetProperty("asOf").GetDateTimeOffset());
    }

    [Fact]
    public async Task Holidays_OfAPeriod_AreNamedInBothLanguages()
    {
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        var found = await host.GetAsync("/api/v1/kpi/holidays?from=2026-02-01&to=2026-03-01");
        Assert.Equal(
            """{"holidays":[{"code":"spring-festival","names":{"zh-CN":"春节","en":"Spring Festival"},"from":"2026-02-16","to":"2026-02-24"}]}""",
            found.GetRawText());
    }

    [Theory]
    [InlineData("", "from,to")]
    [InlineData("?from=2026-02-01", "to")]
    [InlineData("?from=2026-02-30&to=x", "from,to")]
    [InlineData("?from=2026-02-02&to=2026-02-02", "to")]
    [InlineData("?from=2000-01-01&to=2020-01-01", "to")]
    public async Task Holidays_OfNoPeriod_NameWhatIsWrong(string query, string fields)
    {
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        var problem = await host.SendAsync(HttpMethod.Get, $"/api/v1/kpi/holidays{query}", null, 400);
        Assert.Equal(fields, string.Join(',', problem.GetProperty("errors").EnumerateObject().Select(one => one.Name).Order()));
    }
}
