using System.Globalization;
using System.Text.RegularExpressions;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo.Serving;

/// <summary>A customer who writes to the operator because of what was tried on an e-channel just before: the first transaction of a task.</summary>
/// <param name="At">When the customer writes.</param>
internal readonly partial record struct Comer(DemoEvent Cause, DateTimeOffset At)
{
    /// <summary>Who failed writes most often, after a minute or two. Questions come from all: without them the desk of so small an operator is empty.</summary>
    private const double FailedWrite = .75;
    private const double AbandonedWrite = .5;
    private const double OthersAsk = .5;

    private const ulong Place = 0xC4A7;
    private static readonly TimeSpan Soonest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(150);

    /// <summary>Groups of services, as the catalogue has them: what it takes to serve the customer.</summary>
    private static readonly string[] Groups =
        ["payment", "query", "query", "account", "value-added", "package", "campaign", "number-selection", "account", "account"];

    public string Skill => Groups[(int)Cause.Service];

    /// <summary>One does not chat by voice or text message: those take the app.</summary>
    public string Channel => Codes.Channels[(int)(Cause.Channel is Operator.Channel.Web or Operator.Channel.Wap ? Cause.Channel : Operator.Channel.App)];

    /// <returns>Null where the customer does not write.</returns>
    public static Comer? Of(ulong seed, in DemoEvent one)
    {
        if (one.Step != 0 || !Codes.IsElectronic(one.Channel)) return null;
        var dice = DiceOf(seed, one, Place);
        var writes = one.Outcome switch
        {
            Outcome.Failed => FailedWrite,
            Outcome.Abandoned => AbandonedWrite,
            _ => OthersAsk,
        };
        if (!dice.Happens(writes)) return null;
        return new Comer(one, DateTimeOffset.FromUnixTimeMilliseconds(one.At) + Soonest + (dice.Part() * (Latest - Soonest)));
    }

    /// <summary>Those who write after one instant and up to another.</summary>
    public static IEnumerable<Comer> Between(DateTimeOffset after, DateTimeOffset to, IReadOnlyList<SpeedChange> speeds, Days days, ulong seed) =>
        Stretch.Of(after - Latest, to - Soonest, speeds).SelectMany(stretch => days.EventsOf(stretch with { Speed = Math.Min(stretch.Speed, MostCrowds) }))
            .Select(one => Of(seed, one)).OfType<Comer>().Where(comer => comer.At > after && comer.At <= to);

    /// <summary>The transaction because of which a customer wrote, made again from the task's id.</summary>
    /// <returns>Null where the id is none of the demo's.</returns>
    public static DemoEvent? CauseOf(DemoOperator demo, string? task)
    {
        if (task is null || TaskId().Match(task) is not { Success: true } match) return null;
        var customer = int.Parse(match.Groups["customer"].ValueSpan, NumberStyles.HexNumber);
        var number = int.Parse(match.Groups["task"].ValueSpan);
        var day = int.Parse(match.Groups["day"].ValueSpan);
        if (day > DateOnly.MaxValue.DayNumber) return null;
        foreach (var one in demo.EventsOfCustomer(customer, DateOnly.FromDayNumber(day)))
            if (one.Task == number && one.Step == 0) return one;
        return null;
    }

    /// <summary>Chance about one task.</summary>
    public static Dice DiceOf(ulong seed, in DemoEvent cause, ulong place) => Dice.Of(seed ^ place, (ulong)cause.Customer, ((ulong)cause.Day << 8) | cause.Task);

    /// <summary>Of a hurried stream no more than these write: the desk would never see the end of it.</summary>
    private const int MostCrowds = 20;

    [GeneratedRegex(@"^d(?<day>[0-9]{1,7})\.(?<customer>[0-9a-f]{5,7})\.(?<task>[0-9]{1,2})\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TaskId();
}
