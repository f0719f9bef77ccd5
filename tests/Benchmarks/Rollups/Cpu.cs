using System.Diagnostics;
using System.Globalization;

namespace ECommerce.Channels.Benchmarks.Rollups;

/// <summary>CPU seconds used so far by this process, by Java (the broker) and by PostgreSQL, of the processes this one started.</summary>
internal readonly record struct Cpu(double Self, double Java, double Postgres)
{
    private const double TicksPerSecond = 100;

    public static Cpu Take() => new(
        Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds, OfPrograms("java"), OfPrograms("postgres"));

    public static Cpu operator -(Cpu later, Cpu earlier) =>
        new(later.Self - earlier.Self, later.Java - earlier.Java, later.Postgres - earlier.Postgres);

    /// <summary>From /proc/PID/stat: user and system time, of children that ended too.</summary>
    private static double OfPrograms(string name)
    {
        var ticks = 0L;
        foreach (var process in Process.GetProcesses().Where(process => process.ProcessName.StartsWith(name, StringComparison.Ordinal)))
        {
            using (process)
            {
                try
                {
                    var stat = File.ReadAllText($"/proc/{process.Id}/stat");
                    var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                    ticks += fields.AsSpan(11, 4).ToArray().Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
                }
                catch (IOException)
                {
                    // It ended meanwhile.
                }
            }
        }
        return ticks / TicksPerSecond;
    }
}
