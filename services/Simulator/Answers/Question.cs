using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Answers;

/// <summary>What an answer is told apart by.</summary>
[Flags]
internal enum By
{
    Nothing = 0,
    Channel = 1,
    Service = 2,
    Region = 4,
    Brand = 8,
    Reason = 16,
}

internal enum Grain
{
    Total,
    Month,
    Day,
    Hour,
}

/// <summary>A question about the demo operator, as one would ask kpi.</summary>
/// <param name="To">Exclusive.</param>
internal sealed record Question(string Indicator, DateTimeOffset From, DateTimeOffset To)
{
    public Grain Grain { get; init; } = Grain.Total;

    public By By { get; init; }

    /// <summary>Codes of the catalogue, or <c>unknown</c>; null is all.</summary>
    public IReadOnlySet<string>? Channels { get; init; }

    public IReadOnlySet<string>? Services { get; init; }

    /// <summary>A region includes what lies in it.</summary>
    public IReadOnlySet<string>? Regions { get; init; }

    public IReadOnlySet<string>? Brands { get; init; }
}

/// <summary>Which figure of an answer: its bucket as kpi writes it, and the codes it is told apart by (null where it is not).</summary>
internal readonly record struct CellName(string At, string? Channel, string? Service, string? Region, string? Brand, string? Reason);

/// <summary>One figure.</summary>
/// <param name="Value">Null for a rate over nothing.</param>
/// <param name="Denominator">Null where the figure is no rate.</param>
internal readonly record struct Answer(double? Value, long Numerator, long? Denominator);

/// <summary>What the catalogue of a new installation says of the codes, written down a second time: the answers are not to share a mistake.</summary>
internal static class Facts
{
    public const string Unknown = "unknown";

    public static string ChannelOf(in DemoEvent one) => one.Channel == Channel.MiniProgram ? Unknown : Codes.Channels[(int)one.Channel];

    public static bool IsElectronic(in DemoEvent one) => Codes.IsElectronic(one.Channel);

    public static bool IsOffloadable(in DemoEvent one) => one.Service is
        Service.TopUp or Service.BalanceQuery or Service.BillQuery or Service.PasswordChange or Service.CallerIdOn or Service.PlanChange;

    public static bool IsOffloaded(in DemoEvent one) => IsElectronic(one) && !one.Assisted;
}
