using System.Globalization;
using System.Net;
using ECommerce.Channels.Testing;

namespace ECommerce.Channels.Care.Tests.Storm;

/// <summary>One replica of the service as a process of its own, behind a network that can be cut.</summary>
internal sealed class Replica(string connection, string folder, string signingKey, int number) : IAsyncDisposable
{
    private static readonly HttpClient Probe = new() { Timeout = TimeSpan.FromSeconds(2) };

    private ToolProcess? process;

    public int Port { get; } = Ports.Free();

    public async Task StartAsync(CancellationToken cancellation)
    {
        process = ToolProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "ECommerce.Channels.Care.dll")], Path.Combine(folder, $"replica{number}.log"),
            new Dictionary<string, string>
            {
                ["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}"),
                ["ConnectionStrings__care"] = connection,
                ["ConnectionStrings__log"] = connection,
                ["Identity__PublicKeysFile"] = signingKey,
                ["Pseudonyms__KeyFile"] = Path.Combine(folder, "pseudonym.key"),
                ["Pseudonyms__MakeKey"] = "true",
                ["DataKeys__KeyFile"] = Path.Combine(folder, "data.key"),
                ["DataKeys__MakeKey"] = "true",
                ["Desk__SilentAfter"] = "00:00:06",
                ["Desk__ReleaseAfter"] = "00:00:02",
                ["Audit__HeadsFile"] = Path.Combine(folder, $"heads{number}.jsonl"),
            });
        await Tools.UntilAsync($"replica {number} is ready", TimeSpan.FromMinutes(2), () => IsReadyAsync(cancellation), cancellation);
    }

    /// <summary>SIGKILL: whatever it was doing.</summary>
    public Task KillAsync() => process!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            using var answer = await Probe.GetAsync(new Uri($"http://127.0.0.1:{Port}/health/ready"), cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
