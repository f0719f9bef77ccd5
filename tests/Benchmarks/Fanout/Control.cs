using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Channels.Benchmarks.Fanout;

/// <summary>What the load client asks of a side.</summary>
internal sealed class Control(int port) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Waits until just so many streams are open.</summary>
    public async Task OpenAsync(int streams, CancellationToken cancellation)
    {
        for (var started = Stopwatch.GetTimestamp(); await CountAsync(cancellation) != streams; await Task.Delay(100, cancellation))
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"{await CountAsync(cancellation)} streams are open, not {streams}.");
    }

    /// <summary>Bytes, with no garbage among them.</summary>
    public Task<long> MemoryAsync(CancellationToken cancellation) => AskAsync("/memory", cancellation);

    /// <summary>Lets it tell everybody, and comes back when all is told.</summary>
    /// <returns>How much everybody together has to hear.</returns>
    public Task<long> TellAsync(Load load, CancellationToken cancellation) =>
        AskAsync(string.Create(CultureInfo.InvariantCulture, $"/tell?connections={load.Connections}&rate={load.Rate}&seconds={load.Seconds}"), cancellation);

    public void Dispose() => http.Dispose();

    /// <summary>-1 while it does not listen yet.</summary>
    private async Task<long> CountAsync(CancellationToken cancellation)
    {
        try
        {
            return await AskAsync("/open", cancellation);
        }
        catch (HttpRequestException)
        {
            return -1;
        }
    }

    private async Task<long> AskAsync(string path, CancellationToken cancellation) =>
        long.Parse(await http.GetStringAsync(path, cancellation), CultureInfo.InvariantCulture);
}

/// <summary>What a side answers beside its streams; see <see cref="Control"/>.</summary>
internal static class ControlApi
{
    /// <param name="open">How many streams are; -1 while the side is not ready.</param>
    public static void MapControl(this IApplicationBuilder app, Func<int> open)
    {
        app.Map("/open", branch => branch.Run(http => SayAsync(http, open())));
        app.Map("/memory", branch => branch.Run(http => SayAsync(http, Used())));
    }

    public static Task SayAsync(HttpContext http, long number) => http.Response.WriteAsync(number.ToString(CultureInfo.InvariantCulture), http.RequestAborted);

    /// <summary>Bytes of this process after everything was collected that can be.</summary>
    private static long Used()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return Environment.WorkingSet;
    }
}
