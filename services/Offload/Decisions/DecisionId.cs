using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Offload.Decisions;

/// <summary>What a decision's id carries.</summary>
/// <param name="Customer">Null where the pseudonym is too long for the id: then only the log knows it.</param>
/// <param name="Service">Number of the code.</param>
/// <param name="Channel">Number of the code of the channel that was offered; 0: none.</param>
/// <param name="At">In seconds.</param>
internal sealed record DecisionTicket(string? Customer, ushort Service, ushort Channel, bool Holdout, bool Eligible, int RuleSet, DateTimeOffset At);

/// <summary>
/// Ids of decisions: <c>d_</c> and 62 characters of base64url, so that transactions can carry them. They hold customer, service, arm and
/// rule set, and are signed: an outcome can be taken even where the log has lost the decision, and no id can be made up.
/// <para>46 bytes: name of the key (1), flags (1), customer (19), service (2), channel (2), rule set (3), second (4), counter (4), code (10).</para>
/// </summary>
internal sealed class DecisionIds
{
    private const int Bytes = 46;
    private const int CustomerAt = 2;
    private const int CustomerBytes = 19;
    private const int ServiceAt = CustomerAt + CustomerBytes;
    private const int ChannelAt = ServiceAt + 2;
    private const int RuleSetAt = ChannelAt + 2;
    private const int SecondAt = RuleSetAt + 3;
    private const int CounterAt = SecondAt + 4;
    private const int Signed = CounterAt + 4;

    private readonly IReadOnlyList<NamedKey> keys;
    private int counter = BitConverter.ToInt32(RandomNumberGenerator.GetBytes(4));

    /// <param name="keys">The first one signs; all are recognised.</param>
    public DecisionIds(IReadOnlyList<NamedKey> keys) => this.keys = keys;

    [Flags]
    private enum Flags : byte
    {
        /// <summary>The customer is neither of both: a hash of it.</summary>
        None = 0,
        Holdout = 1,
        Eligible = 2,

        /// <summary>The customer is <c>c_</c>, a character and base64url of 18 bytes.</summary>
        Pseudonym = 4,

        /// <summary>The customer is a shorter text: its length and its characters.</summary>
        Short = 8,
    }

    public string Make(string customer, ushort service, ushort channel, bool holdout, bool eligible, int ruleSet, DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        bytes[0] = (byte)keys[0].Name;
        bytes[1] = (byte)(WriteCustomer(customer, bytes.Slice(CustomerAt, CustomerBytes)) | (holdout ? Flags.Holdout : Flags.None) | (eligible ? Flags.Eligible : Flags.None));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[ServiceAt..], service);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[ChannelAt..], channel);
        bytes[RuleSetAt] = (byte)(ruleSet >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[(RuleSetAt + 1)..], (ushort)ruleSet);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[SecondAt..], (uint)at.ToUnixTimeSeconds());
        BinaryPrimitives.WriteInt32BigEndian(bytes[CounterAt..], Interlocked.Increment(ref counter));
        Signature.Sign(keys[0], bytes[..Signed], bytes[Signed..]);
        return "d_" + Base64Url.EncodeToString(bytes);
    }

    /// <summary>Null for what we did not make.</summary>
    public DecisionTicket? Read(string id)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        if (id.Length != 64 || !id.StartsWith("d_", StringComparison.Ordinal) || !Decode(id.AsSpan(2), bytes)) return null;
        if (!IsOurs(bytes) || "d_" + Base64Url.EncodeToString(bytes) != id) return null;
        var flags = (Flags)bytes[1];
        return new DecisionTicket(
            ReadCustomer(flags, bytes.Slice(CustomerAt, CustomerBytes)), BinaryPrimitives.ReadUInt16BigEndian(bytes[ServiceAt..]),
            BinaryPrimitives.ReadUInt16BigEndian(bytes[ChannelAt..]), flags.HasFlag(Flags.Holdout), flags.HasFlag(Flags.Eligible),
            (bytes[RuleSetAt] << 16) | BinaryPrimitives.ReadUInt16BigEndian(bytes[(RuleSetAt + 1)..]),
            DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(bytes[SecondAt..])));
    }

    /// <summary>Decoding throws where a character is none of the alphabet.</summary>
    private static bool Decode(ReadOnlySpan<char> text, Span<byte> to) => Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, to, out var written) && written == to.Length;

    private bool IsOurs(ReadOnlySpan<byte> bytes)
    {
        foreach (var key in keys)
            if (key.Name == (char)bytes[0] && Signature.IsRight(key, bytes[..Signed], bytes[Signed..])) return true;
        return false;
    }

    private static Flags WriteCustomer(string customer, Span<byte> to)
    {
        if (customer.Length == Pseudonymiser.Length && Decode(customer.AsSpan(3), to[1..]))
        {
            to[0] = (byte)customer[2];
            return Flags.Pseudonym;
        }
        if (customer.Length < CustomerBytes)
        {
            to[0] = (byte)customer.Length;
            Encoding.ASCII.GetBytes(customer, to[1..]);
            return Flags.Short;
        }
        SHA256.HashData(Encoding.UTF8.GetBytes(customer)).AsSpan(0, CustomerBytes).CopyTo(to);
        return Flags.None;
    }

    private static string? ReadCustomer(Flags flags, ReadOnlySpan<byte> from) =>
        flags.HasFlag(Flags.Pseudonym) ? $"c_{(char)from[0]}{Base64Url.EncodeToString(from[1..])}"
        : flags.HasFlag(Flags.Short) ? Encoding.ASCII.GetString(from.Slice(1, from[0]))
        : null;
}
