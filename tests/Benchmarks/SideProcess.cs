using System.Diagnostics;

namespace ECommerce.Channels.Benchmarks;

/// <summary>A process of this program that plays one side.</summary>
internal sealed class SideProcess : IDisposable
{
    private readonly Process process;

    /// <param name="benchmark">Whose side it plays.</param>
    /// <param name="options">What stands behind the name on the command line.</param>
    public SideProcess(string benchmark, params string[] options)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)) start.ArgumentList.Add(typeof(SideProcess).Assembly.Location);
        start.ArgumentList.Add(benchmark);
        // As a web application has it unless it says otherwise; this program is none.
        start.Environment["DOTNET_gcServer"] = "1";
        foreach (var option in options) start.ArgumentList.Add(option);
        process = Process.Start(start)!;
        // What a side logs is of no interest here, but the pipe must not fill.
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
    }

    public TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes in memory.</summary>
    public long WorkingSet
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
