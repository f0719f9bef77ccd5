namespace ECommerce.Channels.Simulator.Operator;

/// <summary>
/// Makes one day: who wants what, where they try it, how it goes, and where they try again. A task stays within its day, so that a day
/// can be made without its neighbours.
/// </summary>
internal sealed class DayOfTasks(DemoOperator demo, DateOnly day)
{
    private const int MostSteps = 4;
    private const long MinuteMs = 60_000;
    private const long HourMs = 60 * MinuteMs;

    private readonly List<DemoEvent> events = new(8_192);
    private readonly long start = demo.StartOf(day).ToUnixTimeMilliseconds();
    private readonly long end = demo.StartOf(day.AddDays(1)).ToUnixTimeMilliseconds();
    private readonly double factor = Rhythm.FactorOf(day) * (.8 + (.2 * Rhythm.BillingFactor(day)));
    private readonly double walking = Rhythm.WalkFactor(day);
    private readonly Stories stories = demo.Stories;

    public DemoEvent[] Events()
    {
        var sorted = events.ToArray();
        Array.Sort(sorted, static (one, other) => (one.At, one.Customer, one.Task, one.Step).CompareTo((other.At, other.Customer, other.Task, other.Step)));
        return sorted;
    }

    public void Add(int number)
    {
        var mean = demo.ActivityOf(number).RateOn(day.DayNumber) * factor;
        if (mean <= 0) return;
        var dice = Dice.Of(demo.Seed, (ulong)number, (ulong)day.DayNumber);
        var tasks = dice.Few(mean);
        if (tasks == 0) return;
        var customer = demo.CustomerOf(number);
        Span<double> tastes = stackalloc double[Codes.CatalogueChannels];
        customer.TastesOn(demo.Seed, stories.HasMoved(customer, day.DayNumber), tastes);
        for (byte task = 0; task < tasks; task++) AddTask(customer, task, tastes, ref dice);
    }

    private void AddTask(in Customer customer, byte task, ReadOnlySpan<double> tastes, ref Dice dice)
    {
        var service = Business.Wish(ref dice, day);
        var channel = Choose(service, tastes, ref dice);
        var at = start + (dice.Pick(Rhythm.HoursOf(channel)) * HourMs) + (long)(dice.Part() * HourMs);
        var amount = Business.Amount(ref dice, service, customer.Tier);
        for (byte step = 0; step < MostSteps && at < end; step++)
        {
            var (outcome, reason) = Try(service, channel, at, ref dice);
            var duration = Business.Duration(ref dice, service, channel);
            var assisted = Codes.IsStaffed(channel) || (channel == Channel.Kiosk && dice.Happens(.06));
            events.Add(new DemoEvent(
                at, customer.Number, day.DayNumber, task, step, channel, service, customer.Region, customer.Brand, outcome, reason, amount,
                outcome == Outcome.Abandoned ? duration / 3 : duration, assisted));
            if (outcome == Outcome.Success || !dice.Happens(outcome == Outcome.Failed ? .62 : .2)) return;
            channel = Elsewhere(service, channel, ref dice);
            at = Later(at, channel, ref dice);
        }
    }

    private Channel Choose(Service service, ReadOnlySpan<double> tastes, ref Dice dice)
    {
        Span<double> weights = stackalloc double[Codes.CatalogueChannels];
        for (var channel = 0; channel < weights.Length; channel++)
        {
            weights[channel] = tastes[channel] * Business.IsOffered(service, (Channel)channel);
            if ((Channel)channel is Channel.Counter or Channel.Kiosk) weights[channel] *= walking;
        }
        var chosen = (Channel)dice.Pick(weights);
        return chosen == Channel.App && dice.Happens(stories.MiniProgramShare(day.DayNumber)) ? Channel.MiniProgram : chosen;
    }

    private (Outcome Outcome, Reason Reason) Try(Service service, Channel channel, long at, ref Dice dice)
    {
        var (trouble, why) = stories.Trouble(at, day.DayNumber, channel, service);
        if (dice.Happens(trouble)) return (Outcome.Failed, why);
        if (dice.Happens(Business.AbandonRate(channel))) return (Outcome.Abandoned, Reason.None);
        return dice.Happens(Business.FailureRate(service, channel)) ? (Outcome.Failed, Business.Cause(ref dice, service)) : (Outcome.Success, Reason.None);
    }

    /// <summary>Who did not succeed tries again where they were, or calls, or goes to a counter.</summary>
    private static Channel Elsewhere(Service service, Channel channel, ref Dice dice)
    {
        var other = dice.Part() switch
        {
            < .34 => channel,
            < .78 => Channel.Agent,
            < .88 => Channel.Ivr,
            _ => Channel.Counter,
        };
        return Business.IsOffered(service, other) > 0 ? other : Channel.Counter;
    }

    /// <summary>A few minutes later; at a counter, when it is open.</summary>
    private long Later(long at, Channel channel, ref Dice dice)
    {
        var wait = (long)(MinuteMs * (1 + (9 * Math.Exp(1.1 * dice.Normal()))));
        if (channel != Channel.Counter) return at + wait;
        var hour = (at - start) / HourMs;
        // It opens at nine and closes at six; who is too late leaves it for today.
        return hour < 8 ? start + (9 * HourMs) + (long)(dice.Part() * 2 * HourMs) : hour < 17 ? at + wait + HourMs / 2 : end;
    }
}
