namespace ECommerce.Channels.Testing;

/// <summary>
/// Where servers that live for one test keep their files: in memory where there is plenty of it, because hundreds of databases and logs
/// that nobody needs afterwards would keep a disk busy for most of the time that the tests take; else in the machine's temporary folder.
/// </summary>
public static class Scratch
{
    private const string Memory = "/dev/shm";

    /// <summary>All tests of a run together take less than half of it.</summary>
    private const long Plenty = 14L << 30;

    /// <param name="name">What it is for; the folder's name begins with it.</param>
    /// <returns>A new folder; whoever asked deletes it.</returns>
    public static string NewFolder(string name)
    {
        var path = Path.Combine(HasPlenty() ? Memory : Path.GetTempPath(), $"channels-{name}-{Guid.NewGuid().ToString("N")[..8]}");
        Directory.CreateDirectory(path);
        return path;
    }

    private static bool HasPlenty() =>
        Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace >= Plenty && AvailableMemory() >= Plenty;

    private static long AvailableMemory()
    {
        var line = File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) << 10;
    }
}
