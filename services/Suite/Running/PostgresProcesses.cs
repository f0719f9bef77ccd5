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
        return Ours([id]).Count > 0 ? new Postmaster(id, port, lines[7].Trim() == "stopping") : null;
    }

    /// <summary>The server and its backends.</summary>
    public IReadOnlyList<int> All() =>
        Ours([.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(int.Parse!)]);

    /// <summary>Ends backends whose server is gone and that do not notice: SIGQUIT, as a server would before it recovers.</summary>
    public void Quit(IReadOnlyList<int> ids)
    {
        foreach (var id in Ours(ids))
        {
            using var kill = Process.Start("/bin/sh", ["-c", $"kill -QUIT {id}"]);
            kill.WaitForExit();
        }
    }

    private List<int> Ours(IReadOnlyList<int> ids)
    {
        if (!Directory.Exists(data)) return [];
        var folder = RealPath.Of(data);
        var links = ids.Select(id => (Id: id, Folder: Link(id, "cwd"), Program: Link(id, "exe"))).ToList();
        // In a container root mostly may not look into processes of others; the server's user may look into its own.
        var closed = links.Where(one => one.Folder is null && IsPostgres(one.Id)).Select(one => one.Id).ToList();
        if (closed.Count > 0 && ServerUser.Switches) links.AddRange(ServerUser.Links(closed));
        // An upgrade of the package leaves a running program as "…/postgres (deleted)".
        return [.. links.Where(one => one.Folder == folder && one.Program?.Contains("/postgres", StringComparison.Ordinal) == true).Select(one => one.Id)];
    }

    private static string? Link(int id, string name)
    {
        try
        {
            return new FileInfo($"/proc/{id}/{name}").LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsPostgres(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/comm").Trim() == "postgres";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
