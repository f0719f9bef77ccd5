using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ECommerce.Channels.Benchmarks.Gateways;

/// <summary>
/// Sends one and the same request over some connections, each its next as soon as the answer is there. On bare sockets: whatever the
/// client burns, the measured side does not have.
/// </summary>
internal sealed class LoadClient(int port, string path, string key)
{
    private readonly byte[] request = Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\nUser-Agent: bench\r\nAuthorization: Bearer {key}\r\n\r\n");

    /// <returns>Milliseconds of every request, sorted.</returns>
    public async Task<List<double>> RunAsync(int connections, TimeSpan time, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => OneAsync(started, time, cancellation), cancellation)));
        var times = all.SelectMany(one => one).ToList();
        times.Sort();
        return times;
    }

    private async Task<List<double>> OneAsync(long started, TimeSpan time, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
        var times = new List<double>(100_000);
        var buffer = new byte[16 * 1024];
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(request, cancellation);
            await AnswerAsync(socket, buffer, cancellation);
            times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }
        return times;
    }

    /// <summary>Reads one answer of 200 with a Content-Length; anything else ends the benchmark.</summary>
    private static async ValueTask AnswerAsync(Socket socket, byte[] buffer, CancellationToken cancellation)
    {
        for (var read = 0; ;)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(read), cancellation);
            if (got == 0) throw new InvalidOperationException("The connection was closed: " + Encoding.ASCII.GetString(buffer, 0, read));
            read += got;
            if (Length(buffer.AsSpan(0, read)) is not { } whole || read < whole) continue;
            if (!buffer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8)) throw new InvalidOperationException(Encoding.ASCII.GetString(buffer, 0, read));
            return;
        }
    }

    /// <summary>Of head and body together, where the head is there.</summary>
    private static int? Length(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return null;
        var name = answer.IndexOf("Content-Length: "u8);
        if (name < 0 || name > head) throw new InvalidOperationException(Encoding.ASCII.GetString(answer));
        var digits = answer[(name + 16)..];
        return head + 4 + int.Parse(digits[..digits.IndexOf((byte)'\r')], System.Globalization.CultureInfo.InvariantCulture);
    }
}
