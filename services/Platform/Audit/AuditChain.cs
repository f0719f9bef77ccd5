using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ECommerce.Channels.Platform.Audit;

/// <summary>
/// The bytes that are hashed: <c>SHA-256(0x00 ‖ previous hash ‖ number ‖ entry)</c>, where entry is the time in microseconds since
/// 1970 and the four texts, each with its length in bytes before it; numbers are big-endian, 8 bytes, lengths 4. The chain starts
/// with <c>SHA-256(0x01 ‖ "channels.audit SERVICE")</c>, so that chains of two services can not be exchanged.
/// </summary>
internal sealed class AuditChain
{
    public const int HashBytes = 32;
    private readonly ArrayBufferWriter<byte> buffer = new(4096);

    public static byte[] Start(string service) => SHA256.HashData([1, .. Encoding.UTF8.GetBytes("channels.audit " + service)]);

    /// <summary>Everything of an entry but its number, which the database gives.</summary>
    public byte[] Entry(DateTime at, AuditEntry entry)
    {
        buffer.ResetWrittenCount();
        WriteEntry(new AuditRow(0, at, entry.Actor, entry.Action, entry.Subject, entry.Details));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The hash that the row must have after <paramref name="previous"/>, at its own or another number.</summary>
    public void Hash(ReadOnlySpan<byte> previous, AuditRow row, long number, Span<byte> hash)
    {
        buffer.ResetWrittenCount();
        buffer.Write("\0"u8);
        buffer.Write(previous);
        WriteLong(number);
        WriteEntry(row);
        SHA256.HashData(buffer.WrittenSpan, hash);
    }

    /// <summary>PostgreSQL keeps microseconds.</summary>
    public static DateTime ToMicroseconds(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % 10), DateTimeKind.Utc);

    private void WriteEntry(AuditRow row)
    {
        WriteLong((row.At.Ticks - DateTime.UnixEpoch.Ticks) / 10);
        WriteText(row.Actor);
        WriteText(row.Action);
        WriteText(row.Subject);
        WriteText(row.Details);
    }

    private void WriteLong(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
    }

    private void WriteText(string text)
    {
        var space = buffer.GetSpan(4 + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, space[4..]);
        BinaryPrimitives.WriteInt32BigEndian(space, length);
        buffer.Advance(4 + length);
    }
}
