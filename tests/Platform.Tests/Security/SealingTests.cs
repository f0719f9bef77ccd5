using System.Security.Cryptography;
using System.Text;
using CsCheck;
using ECommerce.Channels.Platform.Security;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Security;

public sealed class SealingTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void Open_OfWhatWasSealed_IsTheSame() => Gen.String.Sample(text =>
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = Sealing.Seal(Key, plain, "message");
        Assert.Equal(plain.Length + Sealing.Overhead, box.Length);
        Assert.Equal(plain, Sealing.Open(Key, box, "message"));
    });

    [Fact]
    public void Seal_TheSameTwice_IsNeverTheSame() => Assert.NotEqual(Sealing.Seal(Key, "hello"u8, "message"), Sealing.Seal(Key, "hello"u8, "message"));

    [Fact]
    public void Open_OtherUseKeyOrBytes_IsRefused()
    {
        var box = Sealing.Seal(Key, "hello"u8, "message");
        Assert.ThrowsAny<CryptographicException>(() => Sealing.Open(Key, box, "note"));
        Assert.ThrowsAny<CryptographicException>(() => Sealing.Open(RandomNumberGenerator.GetBytes(32), box, "message"));
        for (var at = 0; at < box.Length; at++)
        {
            var changed = box.ToArray();
            changed[at] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => Sealing.Open(Key, changed, "message"));
        }
        Assert.ThrowsAny<CryptographicException>(() => Sealing.Open(Key, box.AsSpan(0, Sealing.Overhead - 1), "message"));
    }

    [Fact]
    public void Unwrap_WithANewMasterKeyInFront_StillOpensWhatTheOldOneWrapped()
    {
        var old = Named('a');
        var wrapped = new KeyWrapping([old]).Wrap(Key, "data-key");
        var both = new KeyWrapping([Named('b'), old]);
        Assert.Equal(Key, both.Unwrap(wrapped, "data-key"));
        Assert.False(both.IsCurrent(wrapped));
        var again = both.Wrap(Key, "data-key");
        Assert.True(both.IsCurrent(again));
        Assert.ThrowsAny<CryptographicException>(() => new KeyWrapping([old]).Unwrap(again, "data-key"));
        Assert.ThrowsAny<CryptographicException>(() => both.Unwrap([], "data-key"));
    }

    private static NamedKey Named(char name) => NamedKey.Parse($"{name}:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}");
}
