namespace ECommerce.Channels.Simulator.Operator;

/// <summary>Something that happens to the demo operator, and the figure that it shows in.</summary>
internal sealed record Story(string Id, string Chinese, string English, string Indicator, string? Channel, string? Service)
{
    public required DateTimeOffset From { get; init; }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>A period as long, to compare with; null where the comparison is with a target, or with nothing.</summary>
    public (DateTimeOffset From, DateTimeOffset To)? Before { get; init; }
}

/// <summary>
/// The planted stories: things that happen to the demo operator, placed by the day on which the demo was started, and what they do to chance.
/// </summary>
internal sealed class Stories
{
    private const int CureDays = 20;
    private const int WaveDays = 56;
    private const int ComparedDays = 60;
    private const int PilotDays = 30;

    private readonly long outageFrom;
    private readonly long outageTo;
    private readonly long troubleFrom;
    private readonly long troubleTo;
    private readonly int passwordFrom;
    private readonly int passwordTo;
    private readonly int waveFrom;
    private readonly int cureFrom;
    private readonly int pilotFrom;

    public Stories(DateOnly anchor, TimeZoneInfo zone)
    {
        DateTimeOffset at(DateOnly day, int hour = 0, int minute = 0) => Local(day, hour, minute, zone);
        var lastMonth = new DateOnly(anchor.Year, anchor.Month, 1).AddMonths(-1);
        var (outage, wave, cure) = (anchor.AddDays(-23), anchor.AddDays(-150), anchor.AddDays(-95));
        (waveFrom, cureFrom, pilotFrom) = (wave.DayNumber, cure.DayNumber, anchor.AddDays(-PilotDays).DayNumber);
        (passwordFrom, passwordTo) = (lastMonth.AddDays(3).DayNumber, lastMonth.AddMonths(1).DayNumber);
        (outageFrom, outageTo) = (Milliseconds(at(outage, 19, 10)), Milliseconds(at(outage, 23, 40)));
        (troubleFrom, troubleTo) = (Milliseconds(at(anchor.AddDays(-1), 9, 40)), Milliseconds(at(anchor.AddDays(1), 12)));
        All =
        [
            new("app-outage", "掌上营业厅中断，系统超时", "The app was down: timeouts", "success-rate", "app", null)
            {
                From = at(outage, 19, 10),
                To = at(outage, 23, 40),
                Before = (at(outage.AddDays(-7), 19, 10), at(outage.AddDays(-7), 23, 40)),
            },
            new("topup-trouble", "掌上营业厅充值超时，仍在继续", "Top-ups in the app time out, and go on doing so", "success-rate", "app", "payment.topup")
            {
                From = at(anchor.AddDays(-1), 9, 40),
                To = at(anchor.AddDays(1), 12),
                Before = (at(anchor.AddDays(-8), 9, 40), at(anchor.AddDays(-6), 12)),
            },
            new("missed-target", "网上营业厅密码规则变更，上月成功率未达目标", "New password rules in the web hall: last month's success rate missed its target", "success-rate", "web", null)
            {
                From = at(lastMonth),
                To = at(lastMonth.AddMonths(1)),
            },
            new("app-migration", "客户向掌上营业厅迁移", "A wave of customers moves to the app", "attempts-share", "app", null)
            {
                From = at(wave),
                To = at(wave.AddDays(WaveDays)),
                Before = (at(wave.AddDays(-WaveDays)), at(wave)),
            },
            new("callerid-cure", "来电显示开通故障治理后，求助人工的客户减少", "Caller display was cured: fewer customers need an agent for it", "attempts", "agent", "callerid.on")
            {
                From = at(cure.AddDays(CureDays)),
                To = at(cure.AddDays(CureDays + ComparedDays)),
                Before = (at(cure.AddDays(-ComparedDays)), at(cure)),
            },
            new("unknown-channel", "微信小程序试点，目录中尚无该渠道", "A mini program is tried out that the catalogue does not know", "attempts", "unknown", null)
            {
                From = at(anchor.AddDays(-PilotDays)),
                To = at(anchor.AddDays(1)),
            },
        ];
    }

    public IReadOnlyList<Story> All { get; }

    /// <summary>Share of the tasks of the app that go over the mini program.</summary>
    public double MiniProgramShare(int day) => day >= pilotFrom ? .04 : 0;

    /// <summary>Whether the customer has moved to the app; <see cref="Customer.Wave"/> says where in the wave, if at all.</summary>
    public bool HasMoved(in Customer customer, int day) => customer.Wave < 1 && day >= waveFrom + (int)(customer.Wave * WaveDays);

    /// <summary>What a story adds to the probability of failing, and with which reason; none for most of the time.</summary>
    public (double Failure, Reason Reason) Trouble(long at, int day, Channel channel, Service service)
    {
        if (channel == Channel.App)
        {
            if (at >= outageFrom && at < outageTo) return (.72, Reason.Timeout);
            if (at >= troubleFrom && at < troubleTo && service == Service.TopUp) return (.24, Reason.Timeout);
        }
        if (channel == Channel.Web && day >= passwordFrom && day < passwordTo) return (.055, Reason.WrongPassword);
        if (service == Service.CallerIdOn && !Codes.IsStaffed(channel)) return (CallerIdFailure(day), Reason.Conflict);
        return (0, Reason.None);
    }

    /// <summary>Three in ten fail until the cure begins; then less from day to day, until almost nothing is left.</summary>
    private double CallerIdFailure(int day) => .3 * Math.Clamp(1 - ((day - cureFrom) / (double)CureDays), .08, 1);

    private static long Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    private static DateTimeOffset Local(DateOnly day, int hour, int minute, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(new TimeOnly(hour, minute));
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
