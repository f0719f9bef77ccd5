using System.Diagnostics;
using System.Globalization;

namespace ECommerce.Channels.Suite.Running;

/// <summary>PostgreSQL refuses to run as root: there it runs as the account of the package.</summary>
internal static class ServerUser
{
    private const string Script = "ulimit -c 0; exec 9<\"$1\"; out=\"$2\"; shift 2; exec \"$@\" >\"$out\" 2>&1 </dev/null";

    public const string Name = "postgres";

    private static readonly string[] AsServer = ["setpriv", "--reuid=" + Name, "--regid=" + Name, "--init-groups"];

    /// <summary>
    /// What a program is run on, as the program names it: an open file that it inherits, which works for a user who could not walk
    /// there. (Not the working folder: PostgreSQL before 16 leaves that at start and then cannot return.)
    /// </summary>
    public const string Folder = "/proc/self/fd/9";

    /// <summary>This process is root's, and the server's programs run as somebody else.</summary>
    public static bool Switches => Environment.IsPrivilegedProcess;

    /// <summary>Runs one of PostgreSQL's programs on a folder, as the server's user and without core dumps, which would hold what passed through.</summary>
    public static async Task<(int Exit, string Output)> RunAsync(string folder, string[] words, CancellationToken cancellation)
    {
        string[] program = Switches ? [.. AsServer, .. words] : words;
        // What a server inherits it keeps open: its output goes to a file of its own, and ours is closed to it.
        var output = Path.Combine(Path.GetDirectoryName(folder)!, "command.out");
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", folder, output, .. program])
        {
            WorkingDirectory = "/",
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment.Remove("PGDATA");
        start.Environment.Remove("PGPORT");
        try
        {
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, File.Exists(output) ? await File.ReadAllTextAsync(output, cancellation) : "");
        }
        finally
        {
            File.Delete(output);
        }
    }

    /// <summary>Working folder and program of processes as the server's user sees them; empty where it may not look, either.</summary>
    public static IReadOnlyList<(int Id, string? Folder, string? Program)> Links(IEnumerable<int> ids)
    {
        const string look = "for id do printf '%s\\t%s\\t%s\\n' \"$id\" \"$(readlink /proc/$id/cwd)\" \"$(readlink /proc/$id/exe)\"; done";
        string[] words = [.. AsServer, "/bin/sh", "-c", look, "sh", .. ids.Select(id => id.ToString(CultureInfo.InvariantCulture))];
        using var process = Process.Start(new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = "/",
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return [.. lines.Select(line => line.Split('\t')).Select(parts => (int.Parse(parts[0], CultureInfo.InvariantCulture), (string?)parts[1], (string?)parts[2]))];
    }
}
