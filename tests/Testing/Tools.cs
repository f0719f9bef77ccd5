using System.Diagnostics;
using Xunit;

namespace ECommerce.Channels.Testing;

/// <summary>
/// Real programs to test against (a Kafka broker, Dapr's sidecar, Toxiproxy, an OpenTelemetry Collector), in a folder outside of this
/// repository: named by <c>CHANNELS_TOOLS</c>, else <c>shared/tools</c> beside the checkout or one of its parents. Where a program is not
/// there, the tests that need it are skipped by its name.
/// </summary>
public static class Tools
{
    /// <summary>The folder of the tools, or null where there is none.</summary>
    public static string? Folder { get; } = FindFolder();

    /// <summary>Path of a script of the folder; skips the calling test where it is not there.</summary>
    public static string Script(string name)
    {
        var path = Folder is null ? null : Path.Combine(Folder, name);
        Assert.SkipUnless(File.Exists(path), $"no {name} (CHANNELS_TOOLS names no folder with it)");
        return path!;
    }

    /// <summary>Unpacks a program once into the user's cache and tells its path; skips the calling test where it is not there.</summary>
    public static async Task<string> UnpackAsync(string name, CancellationToken cancellation = default)
    {
        Assert.SkipUnless(Folder is not null && File.Exists(Path.Combine(Folder, name + ".xz")), $"no {name} (CHANNELS_TOOLS names no folder with it)");
        using var unpacking = await OneAtATimeAsync(cancellation);
        return (await OutputAsync(Script("unpack"), [name], cancellation)).Trim();
    }

    /// <summary>Whether a program is on the PATH.</summary>
    public static bool Installed(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Runs a program to its end and gives what it wrote to stdout; throws with its stderr where it failed.</summary>
    public static async Task<string> OutputAsync(string program, string[] arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
        return await output;
    }

    /// <summary>Asks again and again until the answer is yes; fails with <paramref name="what"/> when the time is over.</summary>
    public static Task UntilAsync(string what, TimeSpan limit, Func<Task<bool>> done, CancellationToken cancellation = default) =>
        UntilAsync(() => what, limit, TimeSpan.FromMilliseconds(20), done, cancellation);

    /// <summary>The same, where what is to be said is known at the end only, or asking has its price.</summary>
    /// <param name="every">How long between two questions: an API key has its rate.</param>
    public static async Task UntilAsync(Func<string> what, TimeSpan limit, TimeSpan every, Func<Task<bool>> done, CancellationToken cancellation = default)
    {
        var watch = Stopwatch.StartNew();
        while (!await done())
        {
            if (watch.Elapsed > limit) throw new TimeoutException($"{what()}: not within {limit.TotalSeconds:0.#} s.");
            await Task.Delay(every, cancellation);
        }
    }

    /// <summary>Unpacking is not made for two at once; test assemblies run side by side.</summary>
    internal static async Task<IDisposable> OneAtATimeAsync(CancellationToken cancellation)
    {
        var path = Path.Combine(Path.GetTempPath(), $"channels-tools-{Environment.UserName}.lock");
        FileStream? held = null;
        await UntilAsync("the tools' lock " + path, TimeSpan.FromMinutes(3), () => Task.FromResult(TryLock(path, out held)), cancellation);
        return held!;
    }

    private static bool TryLock(string path, out FileStream? held)
    {
        try
        {
            held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            held = null;
            return false;
        }
    }

    private static string? FindFolder()
    {
        if (Environment.GetEnvironmentVariable("CHANNELS_TOOLS") is { Length: > 0 } named) return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var tools = Path.Combine(folder.FullName, "shared", "tools");
            if (File.Exists(Path.Combine(tools, "unpack"))) return tools;
        }
        return null;
    }
}
