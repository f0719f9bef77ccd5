using ECommerce.Channels.Simulator.Operator;
using ECommerce.Channels.Testing;

[assembly: Xunit.AssemblyFixture(typeof(PostgresServer))]

namespace ECommerce.Channels.Simulator.Tests;

/// <summary>One demo operator for all tests of what it does.</summary>
internal static class Worlds
{
    public static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    /// <summary>A Wednesday evening in Shanghai.</summary>
    public static readonly DateTimeOffset Anchor = new(2026, 11, 25, 12, 30, 0, TimeSpan.Zero);

    public static readonly DemoOperator Demo = new(DemoOperator.DefaultSeed, Anchor, Zone);

    public static DateOnly Today => Demo.DayOf(Anchor);
}
