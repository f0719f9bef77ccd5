namespace ECommerce.Channels.Simulator.Operator;

/// <summary>What services are wanted, where they can be had, how they go there, and what they cost and take.</summary>
internal static class Business
{
    private static readonly double[] Wanted = [34, 26, 9, 5, 4.5, 8, 5, 1.6, 3.4, 1];

    /// <summary>How well a channel serves a service, by service and then in the order of <see cref="Channel"/>; 0: not to be had there.</summary>
    private static readonly double[][] Offered =
    [
        [1, .5, .3, 1, 1, 1, .5, .7, .7, 2.4],
        [.5, .9, 1, 1.6, .9, 1, 1.6, 1.7, 1, .5],
        [1, .9, .2, .3, 1.5, 1.1, .2, .1, .8, 1.6],
        [.9, 1, .1, .8, 1, 1, .7, .7, .7, .5],
        [.6, 1, .3, .8, .9, 1, 1.1, .9, .8, .1],
        [1.4, 1.3, .1, .2, 1.1, 1.1, .6, .3, .6, .2],
        [1.5, 1.2, .2, .1, 1, 1.2, .5, .2, .5, .3],
        [2.5, .1, 0, 0, 2.2, 1.3, 0, 0, .3, .3],
        [4, .1, 0, .05, .05, .05, 0, 0, 0, .5],
        [4, .3, 0, 0, .02, .02, 0, 0, 0, 0],
    ];

    private static readonly double[] FailureOfChannel = [.008, .012, .016, .062, .033, .027, .053, .09, .075, .038];
    private static readonly double[] AbandonOfChannel = [.003, .004, .006, .018, .014, .009, .012, .026, .02, .012];
    private static readonly double[] FailureOfService = [1.05, .55, .8, 1.5, 1.1, 1.5, 1.35, 1.6, 1.2, 1.1];

    /// <summary>Reasons of failure by service: timeout, insufficient balance, wrong password, conflict.</summary>
    private static readonly double[][] Causes =
    [
        [.50, .38, .10, .02], [.62, .02, .34, .02], [.48, .02, .48, .02], [.16, .02, .80, .02], [.24, .30, .08, .38],
        [.22, .22, .10, .46], [.22, .28, .08, .42], [.42, .18, .08, .32], [.36, .20, .24, .20], [.20, .34, .14, .32],
    ];

    /// <summary>Medians in milliseconds by channel; a service takes them times its own factor.</summary>
    private static readonly double[] MedianMs = [260_000, 150_000, 130_000, 74_000, 42_000, 17_000, 9_000, 14_000, 31_000, 55_000];
    private static readonly double[] DurationOfService = [1, .7, 1.2, 1.1, .9, 1.9, 1.7, 3.2, 2.4, 2.8];
    private static readonly int[] TopUps = [1_000, 3_000, 5_000, 10_000, 20_000, 30_000, 50_000];
    private static readonly double[] TopUpWeights = [.06, .18, .33, .28, .09, .04, .02];
    private static readonly int[] Fees = [1_800, 3_800, 5_800, 8_800, 12_800, 18_800];

    public static Service Wish(ref Dice dice, DateOnly day)
    {
        Span<double> weights = stackalloc double[Wanted.Length];
        Wanted.CopyTo(weights);
        weights[(int)Service.TopUp] *= Rhythm.BillingFactor(day);
        weights[(int)Service.BillQuery] *= Rhythm.BillingFactor(day);
        if (Holidays.KindOf(day) == DayKind.BeforeSpringFestival) weights[(int)Service.TopUp] *= 1.5;
        return (Service)dice.Pick(weights);
    }

    public static double IsOffered(Service service, Channel channel) => Offered[(int)service][(int)Alike(channel)];

    public static double FailureRate(Service service, Channel channel) => FailureOfChannel[(int)Alike(channel)] * FailureOfService[(int)service];

    public static double AbandonRate(Channel channel) => AbandonOfChannel[(int)Alike(channel)];

    public static Reason Cause(ref Dice dice, Service service) => (Reason)(dice.Pick(Causes[(int)service]) + 1);

    /// <summary>Log-normal around the median of channel and service.</summary>
    public static int Duration(ref Dice dice, Service service, Channel channel)
    {
        var median = MedianMs[(int)Alike(channel)] * DurationOfService[(int)service];
        return (int)Math.Clamp(median * Math.Exp(.55 * dice.Normal()), 300, 7_200_000);
    }

    /// <summary>What it is about, in fen; 0 where no money moves.</summary>
    public static int Amount(ref Dice dice, Service service, Tier tier) => service switch
    {
        Service.TopUp => TopUps[Math.Min(dice.Pick(TopUpWeights) + (tier >= Tier.Gold ? 1 : 0), TopUps.Length - 1)],
        Service.PlanChange => Fees[dice.Below(Fees.Length)],
        Service.CampaignJoin => 10_000 * (1 + dice.Below(3)),
        Service.NumberSelect => 5_000 * (1 + dice.Below(4)),
        Service.SimReplace => 1_000,
        _ => 0,
    };

    /// <summary>The mini program is the app in other clothes.</summary>
    private static Channel Alike(Channel channel) => channel == Channel.MiniProgram ? Channel.App : channel;
}
