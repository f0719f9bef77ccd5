using System.Globalization;

namespace ECommerce.Channels.Console.Tests.Harness;

/// <summary>What may be asked of this machine now.</summary>
internal static class Machine
{
    /// <summary>A promise of seconds is one of a machine that has the time: where many wait for it, ten times as long proves no less that it comes by itself.</summary>
    public static float Allows(TimeSpan promised)
    {
        var waiting = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
        return (float)(promised * (waiting > 2 * Environment.ProcessorCount ? 10 : 1)).TotalMilliseconds;
    }
}
