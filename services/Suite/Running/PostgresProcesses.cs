using System.Diagnostics;

namespace ECommerce.Channels.Suite.Running;

/// <summary>The server of a data folder.</summary>
internal readonly record struct Postmaster(int Id, int Port, bool Stopping);

/// <summary>
/// The processes that belong to a data folder, found by their working folder: a number in a file may long be another process's.
/// </summary>
internal sealed class PostgresProcesses(string data)
{
    /// <summary>The live server; null where <c>postmaster.pid</c> is missing or names a process that is not one of this folder's.</summary>
    public Postmaster? Postmaster()
    {
        if (!File.Exists(Path.Combine(data, "postmaster.pid"))) return null;
        string[] lines;
        try
        {
            lines = File.ReadAllLines(Path.Combine(data, "postmaster.pid"));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        // 1 process, 2 folder, 3 start, 4 port, 5 socket folder, 6 address, 7 shared memory, 8 status
        if (lines.Length < 8 || !int.TryParse(lines[0], out var id) || !int.TryParse(lines[3], out var port)) return null;
        return IsOurs(id) ? new Postmaster(id, port, lines[7].Trim() == "stopping") : null;
    }

    /// <summary>The server and its backends.</summary>
    public IReadOnlyList<int> All() =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(int.Parse!).Where(IsOurs)];

    /// <summary>Ends backends whose server is gone and that do not notice: SIGQUIT, as a server would before it recovers.</summary>
    public void Quit(IReadOnlyList<int> ids)
    {
        foreach (var id in ids.Where(IsOurs))
        {
            using var kill = Process.Start("/bin/sh", ["-c", $"kill -QUIT {id}"]);
            kill.WaitForExit();
        }
    }

    private bool IsOurs(int id)
    {
        try
        {
            // An upgrade of the package leaves a running program as "…/postgres (deleted)".
            return new FileInfo($"/proc/{id}/cwd").LinkTarget == RealPath.Of(data)
                && new FileInfo($"/proc/{id}/exe").LinkTarget?.Contains("/postgres", StringComparison.Ordinal) == true;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
