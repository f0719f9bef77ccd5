namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>Writes bytes and variable-length integers (LEB128, small numbers are short) into a growing buffer.</summary>
internal sealed class ByteWriter(int capacity = 256)
{
    private byte[] bytes = new byte[capacity];

    public int Length { get; private set; }

    public void Byte(byte value)
    {
        if (Length == bytes.Length) Array.Resize(ref bytes, bytes.Length * 2);
        bytes[Length++] = value;
    }

    public void Number(long value) => Unsigned((ulong)value);

    public void Unsigned(ulong value)
    {
        if (bytes.Length - Length < 10) Array.Resize(ref bytes, bytes.Length * 2);
        while (value >= 0x80)
        {
            bytes[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        bytes[Length++] = (byte)value;
    }

    public void Fixed64(ulong value)
    {
        if (bytes.Length - Length < 8) Array.Resize(ref bytes, bytes.Length * 2);
        BitConverter.TryWriteBytes(bytes.AsSpan(Length), value);
        Length += 8;
    }

    public void Fixed32(uint value)
    {
        if (bytes.Length - Length < 8) Array.Resize(ref bytes, bytes.Length * 2);
        BitConverter.TryWriteBytes(bytes.AsSpan(Length), value);
        Length += 4;
    }

    public void Clear() => Length = 0;

    public byte[] ToArray() => bytes.AsSpan(0, Length).ToArray();
}

/// <summary>Reads what a <see cref="ByteWriter"/> wrote.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int position;

    /// <summary>Where the next byte is read.</summary>
    public readonly int Position => position;

    public readonly bool AtEnd => position >= bytes.Length;

    public byte Byte() => bytes[position++];

    public long Number() => (long)Unsigned();

    public ulong Unsigned()
    {
        ulong value = bytes[position++];
        if (value < 0x80) return value;
        value &= 0x7f;
        for (var shift = 7; ; shift += 7)
        {
            ulong next = bytes[position++];
            value |= (next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }

    public ulong Fixed64()
    {
        position += 8;
        return BitConverter.ToUInt64(bytes[(position - 8)..]);
    }

    public uint Fixed32()
    {
        position += 4;
        return BitConverter.ToUInt32(bytes[(position - 4)..]);
    }
}
