using System.Buffers.Binary;
using ECommerce.Channels.Contracts.Transactions;

namespace ECommerce.Channels.Offload.Preferences;

/// <summary>
/// What a customer did in the last <see cref="Days"/> days, newest first, in a few bytes each. Adding what is there already changes
/// nothing, and the order in which things come makes no difference: counts made of it are exact under repeats, replays and shuffling.
/// <para>An entry: minutes since the one before (a varint), a byte of flags, the identity (4 bytes), and those of source, channel,
/// service (2 bytes each) and task (4 bytes) that differ from the entry before.</para>
/// </summary>
internal static class UseList
{
    public const int Days = 400;

    private const int MostBytes = 5 + 1 + 4 + 2 + 2 + 2 + 4;

    [Flags]
    private enum Flags : byte
    {
        None = 0,
        Failed = 1,
        Abandoned = 2,
        Assisted = 4,
        Source = 8,
        Channel = 16,
        Service = 32,
        Task = 64,
    }

    /// <summary>The first minute that is kept.</summary>
    public static int FirstKept(DateTimeOffset now) => (int)(now.AddDays(-Days).ToUnixTimeSeconds() / 60);

    public static byte[] Write(IReadOnlyList<Use> uses)
    {
        var buffer = new byte[uses.Count * MostBytes];
        var at = 0;
        var before = new Use(int.MaxValue, 0, 0, 0, 0, Outcome.Success, false, 0);
        foreach (var use in uses)
        {
            at += WriteOne(buffer.AsSpan(at), use, before);
            before = use;
        }
        return buffer[..at];
    }

    public static List<Use> Read(ReadOnlySpan<byte> bytes)
    {
        var uses = new List<Use>(bytes.Length / 8);
        var before = new Use(int.MaxValue, 0, 0, 0, 0, Outcome.Success, false, 0);
        while (!bytes.IsEmpty)
        {
            before = ReadOne(ref bytes, before);
            uses.Add(before);
        }
        return uses;
    }

    /// <summary>Both together, each once, without what is older than <paramref name="firstMinute"/>; of two that are the same the known one counts.</summary>
    /// <param name="fresh">Sorted here.</param>
    public static List<Use> Merge(List<Use> known, List<Use> fresh, int firstMinute)
    {
        fresh.Sort();
        var merged = new List<Use>(known.Count + fresh.Count);
        var (left, right) = (0, 0);
        while (left < known.Count || right < fresh.Count)
        {
            var takesKnown = right == fresh.Count || (left < known.Count && known[left].CompareTo(fresh[right]) <= 0);
            var next = takesKnown ? known[left++] : fresh[right++];
            if (next.Minute < firstMinute) break;
            if (merged.Count == 0 || !merged[^1].IsSame(next)) merged.Add(next);
        }
        return merged;
    }

    private static int WriteOne(Span<byte> to, in Use use, in Use before)
    {
        var flags = (use.Outcome == Outcome.Failed ? Flags.Failed : use.Outcome == Outcome.Abandoned ? Flags.Abandoned : Flags.None)
            | (use.Assisted ? Flags.Assisted : Flags.None) | (use.Source != before.Source ? Flags.Source : Flags.None) | (use.Channel != before.Channel ? Flags.Channel : Flags.None)
            | (use.Service != before.Service ? Flags.Service : Flags.None) | (use.Task != before.Task ? Flags.Task : Flags.None);
        var at = 0;
        var step = (uint)(before.Minute - use.Minute);
        for (; step >= 0x80; step >>= 7) to[at++] = (byte)(step | 0x80);
        to[at++] = (byte)step;
        to[at++] = (byte)flags;
        BinaryPrimitives.WriteUInt32LittleEndian(to[at..], use.Identity);
        at += 4;
        if (flags.HasFlag(Flags.Source)) at += Two(to[at..], use.Source);
        if (flags.HasFlag(Flags.Channel)) at += Two(to[at..], use.Channel);
        if (flags.HasFlag(Flags.Service)) at += Two(to[at..], use.Service);
        if (!flags.HasFlag(Flags.Task)) return at;
        BinaryPrimitives.WriteUInt32LittleEndian(to[at..], use.Task);
        return at + 4;
    }

    private static Use ReadOne(ref ReadOnlySpan<byte> bytes, in Use before)
    {
        var (step, shift, at) = (0u, 0, 0);
        for (; bytes[at] >= 0x80; at++, shift += 7) step |= (uint)(bytes[at] & 0x7f) << shift;
        step |= (uint)bytes[at++] << shift;
        var flags = (Flags)bytes[at++];
        var identity = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
        bytes = bytes[(at + 4)..];
        return new Use(
            before.Minute - (int)step, identity, Two(ref bytes, flags, Flags.Source, before.Source), Two(ref bytes, flags, Flags.Channel, before.Channel),
            Two(ref bytes, flags, Flags.Service, before.Service),
            flags.HasFlag(Flags.Failed) ? Outcome.Failed : flags.HasFlag(Flags.Abandoned) ? Outcome.Abandoned : Outcome.Success,
            flags.HasFlag(Flags.Assisted), Four(ref bytes, flags, before.Task));
    }

    private static int Two(Span<byte> to, ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to, value);
        return 2;
    }

    private static ushort Two(ref ReadOnlySpan<byte> bytes, Flags flags, Flags flag, ushort before)
    {
        if (!flags.HasFlag(flag)) return before;
        var value = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        bytes = bytes[2..];
        return value;
    }

    private static uint Four(ref ReadOnlySpan<byte> bytes, Flags flags, uint before)
    {
        if (!flags.HasFlag(Flags.Task)) return before;
        var value = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        bytes = bytes[4..];
        return value;
    }
}
