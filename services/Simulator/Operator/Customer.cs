namespace ECommerce.Channels.Simulator.Operator;

/// <summary>What a customer is used to: the hidden taste from which the channel of a task is drawn.</summary>
internal enum Habit : byte
{
    App,
    Web,
    Text,
    Voice,
    Counter,
}

/// <summary>Where a customer stands: A entry, B mature, C decline.</summary>
internal enum Stage : byte
{
    Entry,
    Mature,
    Decline,
}

internal enum Tier : byte
{
    Ordinary,
    Silver,
    Gold,
    Diamond,
    Vip,
}

/// <summary>What a customer agreed to; absence is no.</summary>
[Flags]
internal enum Consents : byte
{
    None = 0,
    MarketingBySms = 1,
    MarketingInApp = 2,
    MarketingByCall = 4,
    Surveys = 8,
}

/// <summary>How often a customer wants something, and from when to when. On most days that is all one needs to know of a customer.</summary>
/// <param name="Rate">Tasks a day on an ordinary day.</param>
/// <param name="Joined">Day number of the first day as a customer.</param>
/// <param name="Leaves">Day number of the day after the last one.</param>
internal readonly record struct Activity(double Rate, int Joined, int Leaves)
{
    private const int EntryDays = 60;
    private const int DeclineDays = 90;

    public static Activity Of(ulong seed, int number, int firstDay)
    {
        var dice = Dice.Of(seed, (ulong)number);
        var rate = .136 * Math.Exp((.85 * dice.Normal()) - .36);
        // Eight in ten were there before; the others come evenly over three years.
        var joined = dice.Happens(.8) ? firstDay - 400 : firstDay + dice.Below(3 * 365);
        var leaves = dice.Happens(.05) ? Math.Max(joined, firstDay) + 60 + dice.Below(900) : int.MaxValue;
        return new Activity(rate, joined, leaves);
    }

    public Stage StageOn(int day) =>
        day - Joined < EntryDays ? Stage.Entry : Leaves - day < DeclineDays ? Stage.Decline : Stage.Mature;

    /// <summary>Tasks to expect on a day whose factor is one.</summary>
    public double RateOn(int day)
    {
        if (day < Joined || day >= Leaves) return 0;
        return StageOn(day) switch
        {
            Stage.Entry => Rate * 1.3,
            Stage.Decline => Rate * (.3 + (.7 * (Leaves - day) / DeclineDays)),
            _ => Rate,
        };
    }
}

/// <summary>One customer, made from the seed and the number alone.</summary>
/// <param name="Wave">Where in the migration wave the customer moves to the app, 0 to 1; above 1 never.</param>
internal readonly record struct Customer(
    int Number, Activity Activity, byte Region, byte Brand, Tier Tier, Habit Habit, Consents Consents, double Wave)
{
    private static readonly double[] RegionWeights = [.32, .30, .14, .13, .06, .05];
    private static readonly double[] BrandWeights = [.22, .33, .45];
    private static readonly double[] TierWeights = [.70, .16, .09, .04, .01];

    /// <summary>Habits by brand: gotone, mzone, easyown.</summary>
    private static readonly double[][] HabitWeights = [[.27, .21, .08, .27, .17], [.46, .15, .27, .06, .06], [.17, .08, .30, .22, .23]];

    /// <summary>What each habit makes of the ten channels, in the order of <see cref="Channel"/>.</summary>
    private static readonly double[][] Tastes =
    [
        [.045, .055, .006, .03, .11, .66, .04, .008, .026, .02],
        [.06, .07, .01, .04, .48, .20, .05, .01, .05, .03],
        [.07, .07, .02, .09, .04, .07, .38, .13, .11, .02],
        [.11, .34, .06, .29, .03, .04, .07, .02, .01, .03],
        [.50, .12, .03, .07, .02, .02, .05, .01, .005, .175],
    ];

    public static Customer Of(ulong seed, int number, int firstDay)
    {
        var dice = Dice.Of(seed, (ulong)number, 0xC057);
        var brand = dice.Pick(BrandWeights);
        return new Customer(
            number, Activity.Of(seed, number, firstDay), (byte)dice.Pick(RegionWeights), (byte)brand, (Tier)dice.Pick(TierWeights),
            (Habit)dice.Pick(HabitWeights[brand]), (Consents)dice.Below(16), dice.Part() * 2.4);
    }

    /// <summary>
    /// How likely each of the ten channels is: the habit, each customer with a bent of its own, and the app for who has moved to it.
    /// </summary>
    public void TastesOn(ulong seed, bool moved, Span<double> tastes)
    {
        Tastes[(int)Habit].CopyTo(tastes);
        var dice = Dice.Of(seed, (ulong)Number, 0x7A57E);
        for (var channel = 0; channel < tastes.Length; channel++) tastes[channel] *= .35 + (1.3 * dice.Part());
        if (!moved) return;
        for (var channel = 0; channel < tastes.Length; channel++)
            if (channel != (int)Channel.App) tastes[channel] *= .45;
        tastes[(int)Channel.App] += .4;
    }
}
