using System.Text;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>
/// Records of one partition in one row: for each the distance from the segment's first offset, key, value and headers, lengths as
/// varints. The distances are written out, so that compaction can drop records and leave the others where they are.
/// </summary>
internal sealed class SegmentWriter
{
    private byte[] bytes = new byte[1024];

    public int Length { get; private set; }

    public int Records { get; private set; }

    /// <param name="delta">Offset less the segment's first one.</param>
    public void Add(int delta, in LogRecord record)
    {
        Varint(delta);
        Text(record.Key);
        Block(record.Value.Span);
        var headers = record.Headers;
        Varint(headers?.Count ?? 0);
        for (var i = 0; i < (headers?.Count ?? 0); i++)
        {
            Text(headers![i].Name);
            Block(headers[i].Value);
        }
        Records++;
    }

    /// <summary>Copies one encoded record, its distance changed.</summary>
    public void AddEncoded(int delta, ReadOnlySpan<byte> rest)
    {
        Varint(delta);
        Room(rest.Length);
        rest.CopyTo(bytes.AsSpan(Length));
        Length += rest.Length;
        Records++;
    }

    public byte[] ToArray() => bytes.AsSpan(0, Length).ToArray();

    private void Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Varint(length);
        Room(length);
        Length += Encoding.UTF8.GetBytes(text, bytes.AsSpan(Length));
    }

    private void Block(ReadOnlySpan<byte> block)
    {
        Varint(block.Length);
        Room(block.Length);
        block.CopyTo(bytes.AsSpan(Length));
        Length += block.Length;
    }

    private void Varint(int value)
    {
        Room(5);
        var rest = (uint)value;
        while (rest >= 0x80)
        {
            bytes[Length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }
        bytes[Length++] = (byte)rest;
    }

    private void Room(int more)
    {
        if (bytes.Length - Length < more) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + more));
    }
}

/// <summary>Reads a segment record by record; spans point into the segment.</summary>
internal ref struct SegmentReader(ReadOnlySpan<byte> payload)
{
    private readonly ReadOnlySpan<byte> payload = payload;
    private int at;
    private int restFrom;

    public int Delta { get; private set; }

    public ReadOnlySpan<byte> Key { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Headers of the record, where asked for.</summary>
    public LogHeader[]? Headers { get; private set; }

    /// <summary>The encoded record without its distance.</summary>
    public readonly ReadOnlySpan<byte> Rest => payload[restFrom..at];

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => at;

    public bool Next(bool headers)
    {
        if (at == payload.Length) return false;
        Delta = Varint();
        restFrom = at;
        Key = Block();
        Value = Block();
        var count = Varint();
        Headers = headers && count > 0 ? new LogHeader[count] : null;
        for (var i = 0; i < count; i++)
        {
            var name = Block();
            var value = Block();
            if (headers) Headers![i] = new LogHeader(Encoding.UTF8.GetString(name), value.ToArray());
        }
        return true;
    }

    public void Skip(int bytes) => at = bytes;

    private ReadOnlySpan<byte> Block()
    {
        var length = Varint();
        at += length;
        return payload.Slice(at - length, length);
    }

    private int Varint()
    {
        var value = 0u;
        for (var shift = 0; ; shift += 7)
        {
            var next = payload[at++];
            value |= (uint)(next & 0x7f) << shift;
            if (next < 0x80) return (int)value;
        }
    }
}
