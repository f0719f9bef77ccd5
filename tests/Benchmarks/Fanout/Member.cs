using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ECommerce.Channels.Benchmarks.Fanout;

/// <summary>How a page talks to one side: what it sends, and what it then waits for.</summary>
/// <param name="Steps">Sent one after the other, each when the one before is answered with what it waits for.</param>
/// <param name="Ping">Sent every 15 seconds, where the side asks for it.</param>
internal sealed record Dialect(Func<int, (byte[] Say, byte[] Until)[]> Steps, byte[]? Ping)
{
    /// <param name="path">Of the stream.</param>
    /// <param name="token">Of a conversation's page.</param>
    public static Dialect ServerSentEvents(string path, Func<int, string> token) => new(room =>
        [(Request(path, token(room), "Accept: text/event-stream\r\n"), "event: reset"u8.ToArray())], null);

    /// <summary>As the SignalR client does it without negotiation: the upgrade, and the choice of the protocol.</summary>
    public static Dialect SignalR(string path) => new(room =>
        [
            (Request(path, Rooms.Name(room), "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), "\r\n\r\n"u8.ToArray()),
            (Frame("{\"protocol\":\"json\",\"version\":1}\u001e"), "{}\u001e"u8.ToArray()),
        ], Frame("{\"type\":6}\u001e"));

    private static byte[] Request(string path, string token, string more) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{Member.Header}: {token}\r\n{more}\r\n");

    /// <summary>A short text frame of a WebSocket's client, under a mask of zeros, which changes nothing.</summary>
    private static byte[] Frame(string text) => [0x81, (byte)(0x80 | text.Length), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)];
}

/// <summary>One page with an open stream, on a bare socket: whatever the client burns, the measured side does not have.</summary>
internal sealed class Member(int room, Action<Member, ReadOnlySpan<byte>> hear) : IDisposable
{
    public const string Header = "X-Conversation-Token";

    /// <summary>Every event's data is an object, on either side.</summary>
    private const byte Ends = (byte)'}';

    private const int LongestAnswer = 4096;
    private const int PerAddress = 20_000;

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
    private readonly byte[] buffer = new byte[LongestAnswer];
    private int kept;
    private volatile bool isOpen;

    public int Room => room;

    /// <summary>Ticks from when each event was due until it was here.</summary>
    public List<long> Delays { get; } = [];

    public long LastAt { get; private set; }

    /// <summary>Of the last message that the page has read, where it reads any.</summary>
    public long LastSeq { get; set; }

    /// <summary>The stream was cut off.</summary>
    public bool HasEnded { get; private set; }

    /// <param name="number">Of the connection: one address has not ports for all.</param>
    public async Task OpenAsync(int port, int number, Dialect dialect, CancellationToken cancellation)
    {
        if (number >= PerAddress) socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + (number / PerAddress))]), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
        foreach (var (say, until) in dialect.Steps(room))
        {
            await socket.SendAsync(say, cancellation);
            await AwaitAsync(until, cancellation);
        }
        isOpen = true;
        _ = ReadAsync(cancellation);
    }

    /// <summary>Says something, if the stream is open.</summary>
    public async Task SayAsync(byte[] words, CancellationToken cancellation)
    {
        if (!isOpen || HasEnded) return;
        try
        {
            await socket.SendAsync(words, cancellation);
        }
        catch (SocketException)
        {
            // It was cut off; who reads finds that too.
        }
    }

    public void Heard(long due)
    {
        LastAt = Stopwatch.GetTimestamp();
        Delays.Add(LastAt - due);
    }

    public void Dispose() => socket.Dispose();

    private async Task AwaitAsync(byte[] until, CancellationToken cancellation)
    {
        for (var read = 0; buffer.AsSpan(0, read).IndexOf(until) < 0;)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(read), cancellation);
            if (got == 0) throw new InvalidOperationException("The stream was refused: " + Encoding.ASCII.GetString(buffer, 0, read));
            read += got;
        }
    }

    /// <summary>Until it ends; lines that are not whole yet stay for the next time.</summary>
    private async Task ReadAsync(CancellationToken cancellation)
    {
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(kept), cancellation) is > 0 and var got)
            {
                var end = kept + got;
                var whole = buffer.AsSpan(0, end).LastIndexOf(Ends) + 1;
                hear(this, buffer.AsSpan(0, whole));
                buffer.AsSpan(whole, end - whole).CopyTo(buffer);
                kept = end - whole;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed by one or the other.
        }
        HasEnded = true;
    }
}
