using System.Text;
using CsCheck;
using ECommerce.Channels.Platform.Security;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Security;

public sealed class PhoneNumbersTests
{
    [Theory]
    [InlineData("13812345678")]
    [InlineData("8613812345678")]
    [InlineData("+8613812345678")]
    [InlineData("008613812345678")]
    [InlineData(" +86 138-1234-5678 ")]
    [InlineData("138 1234 5678")]
    [InlineData("１３８１２３４５６７８")]
    [InlineData("＋８６　１３８－１２３４－５６７８")]
    public void Normalise_OneNumber_ComesOutTheSame(string text) =>
        Assert.Equal("+8613812345678", PhoneNumbers.Normalise(text));

    [Theory]
    [InlineData("")]
    [InlineData("12812345678")]
    [InlineData("1381234567")]
    [InlineData("138123456789")]
    [InlineData("a13812345678")]
    [InlineData("13812345678 x")]
    [InlineData("13812345678,13912345678")]
    [InlineData("+1 13812345678")]
    [InlineData("c_aboev8y2j05LmGmvzUYA8qvjt")]
    public void Normalise_AnythingElse_IsNull(string text) => Assert.Null(PhoneNumbers.Normalise(text));

    [Theory]
    [InlineData("call 13812345678 now", "call *********** now")]
    [InlineData("\"tel\":\"+86 138-1234-5678\"", "\"tel\":\"***********\"")]
    [InlineData("a13812345678b 008613912345678", "a***********b ***********")]
    [InlineData("2026-09-28 13812345678", "2026-09-28 ***********")]
    [InlineData("电话１３８ １２３４ ５６７８。", "电话***********。")]
    [InlineData("13812345678,13912345678;15012345678", "***********,***********;***********")]
    [InlineData("\\uFF11\\uff13\\uFF18\\uFF11\\uFF12\\uFF13\\uFF14\\uFF15\\uFF16\\uFF17\\uFF18", "***********")]
    public void Mask_NumberAnywhere_NothingOfItIsLeft(string text, string masked) => Assert.Equal(masked, PhoneNumbers.Mask(text));

    [Theory]
    [InlineData("138123456789")]
    [InlineData("913812345678")]
    [InlineData("2026-09-28T13:00:00.000+08:00")]
    [InlineData("1790600000000")]
    [InlineData("c_aboev8y2j05LmGmvzUYA8qvjt")]
    [InlineData("{\"amount\":10000,\"durationMs\":1234567}")]
    public void Mask_NoNumber_ReturnsTheSame(string text) => Assert.Same(text, PhoneNumbers.Mask(text));

    [Fact]
    public void Mask_BrokenUtf8AroundANumber_KeepsTheOtherBytes()
    {
        byte[] broken = [0xff, 0xc3, .. "13812345678"u8, 0x80, 0xe4];
        byte[] expected = [0xff, 0xc3, .. "***********"u8, 0x80, 0xe4];
        Assert.Equal(expected, PhoneNumbers.Mask(broken));
    }

    [Fact]
    public void Mask_AnyNumberInAnyText_IsNotFoundAgain() =>
        Gen.Select(Gen.String, Gen.Long[13_000_000_000, 19_999_999_999], Gen.String).Sample((before, number, after) =>
        {
            var text = before + "<" + number + ">" + after;
            var masked = PhoneNumbers.Mask(Encoding.UTF8.GetBytes(text));
            Assert.DoesNotContain("<" + number, Encoding.UTF8.GetString(masked));
            Assert.False(PhoneNumbers.Contains(masked));
        });
}
