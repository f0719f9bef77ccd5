namespace ECommerce.Channels.Simulator.Operator;

/// <summary>
/// "Demo Telecom": an operator whose every transaction follows from a seed and the day on which the demo was first started. The same
/// question has always the same answer: what happened on a day is computed, never remembered.
/// </summary>
internal sealed class DemoOperator
{
    /// <summary>Customers of the operator, those included who come later or have left, where nothing else is said.</summary>
    public const int DefaultPopulation = 44_000;

    /// <summary>So many times more customers can be added to hurry the stream.</summary>
    public const int MostCrowds = 100;

    /// <summary>Months of history before the first start; within the 400 days for which kpi takes events.</summary>
    public const int Months = 13;

    public const ulong DefaultSeed = 20_100_601;

    private readonly Customer[] customers;
    private readonly TimeZoneInfo zone;

    /// <param name="anchor">When the demo was first started; its day, as the operator counts days, places the stories.</param>
    /// <param name="population">Fewer customers make a smaller operator, with the same habits.</param>
    public DemoOperator(ulong seed, DateTimeOffset anchor, TimeZoneInfo zone, int population = DefaultPopulation)
    {
        (Seed, Anchor, this.zone, Population) = (seed, anchor, zone, population);
        var today = DayOf(anchor);
        FirstDay = today.AddMonths(-Months);
        Stories = new Stories(today, zone);
        customers = new Customer[Population];
        for (var number = 0; number < Population; number++) customers[number] = Customer.Of(seed, number, FirstDay.DayNumber);
    }

    public ulong Seed { get; }

    /// <summary>Customers of the operator.</summary>
    public int Population { get; }

    public DateTimeOffset Anchor { get; }

    /// <summary>The first day of the history.</summary>
    public DateOnly FirstDay { get; }

    public Stories Stories { get; }

    public DateTimeOffset Start => StartOf(FirstDay);

    public DateTimeOffset LocalOf(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone);

    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(LocalOf(at).DateTime);

    public DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    public Activity ActivityOf(int number) => number < Population ? customers[number].Activity : Activity.Of(Seed, number, FirstDay.DayNumber);

    /// <summary>A customer; those above <see cref="Population"/> belong to the crowds.</summary>
    public Customer CustomerOf(int number) => number < Population ? customers[number] : Customer.Of(Seed, number, FirstDay.DayNumber);

    /// <summary>All transactions of a day in the order of their time.</summary>
    /// <param name="crowd">0: the operator's customers. Above: as many others again, who come when the stream is hurried.</param>
    public DemoEvent[] EventsOf(DateOnly day, int crowd = 0)
    {
        var making = new DayOfTasks(this, day);
        var first = crowd * Population;
        for (var number = first; number < first + Population; number++) making.Add(number);
        return making.Events();
    }

    /// <summary>What one customer did on a day.</summary>
    public DemoEvent[] EventsOfCustomer(int number, DateOnly day)
    {
        var making = new DayOfTasks(this, day);
        making.Add(number);
        return making.Events();
    }
}
