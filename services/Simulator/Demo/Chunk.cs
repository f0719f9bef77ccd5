using System.Buffers;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo;

/// <summary>Lines for one request, and how far they lead: after them everything before <see cref="Through"/> is sent.</summary>
internal sealed class Chunk : IDisposable
{
    /// <summary>What one request may hold.</summary>
    public const int MostLines = 50_000;
    private const int MostBytes = 16 << 20;

    /// <summary>Room that is kept for what happens in the same millisecond as the last line.</summary>
    private const int Spare = 1_000;

    private readonly byte[] buffer;
    private int length;

    private Chunk(int bytes) => buffer = ArrayPool<byte>.Shared.Rent(bytes);

    public ReadOnlyMemory<byte> Lines => buffer.AsMemory(0, length);

    public int Events { get; private set; }

    public DateTimeOffset Through { get; private set; }

    private bool IsFull => Events >= MostLines - Spare || length + (Spare * DemoEvent.LongestLine) > Math.Min(buffer.Length, MostBytes);

    /// <summary>
    /// What happened in a stretch of time, in pieces that one request can hold. A piece never ends in mid-millisecond, so that
    /// <see cref="Through"/> is exact; the last one may be empty.
    /// </summary>
    public static IEnumerable<Chunk> Of(Days days, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<SpeedChange> speeds)
    {
        var chunk = new Chunk(to - from > TimeSpan.FromMinutes(1) ? MostBytes : MostBytes / 16);
        var last = 0L;
        foreach (var one in Stretch.Of(from, to, speeds).SelectMany(days.EventsOf))
        {
            if (chunk.IsFull && one.At != last)
            {
                yield return chunk.EndingAt(DateTimeOffset.FromUnixTimeMilliseconds(one.At));
                chunk = new Chunk(MostBytes);
            }
            chunk.Add(one);
            last = one.At;
        }
        yield return chunk.EndingAt(to);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    private void Add(in DemoEvent one)
    {
        length += one.Write(buffer.AsSpan(length));
        Events++;
    }

    private Chunk EndingAt(DateTimeOffset through)
    {
        Through = through;
        return this;
    }
}
