using System.Globalization;
using CsCheck;
using ECommerce.Channels.Imports;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Import;

public sealed class FiguresTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("100.00", 10000)]
    [InlineData("1,200.00", 120000)]
    [InlineData(" ￥50 ", 5000)]
    [InlineData("0.5", 50)]
    [InlineData("1.2300", 123)]
    [InlineData("12,345,678.90", 1234567890)]
    [InlineData("１，２００．５０", 120050)]
    [InlineData("92233720368547758.07", long.MaxValue)]
    public void TryYuan_Exact_GivesFen(string text, long fen)
    {
        Assert.True(Figures.TryYuan(text, out var read));
        Assert.Equal(fen, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-5.00")]
    [InlineData("1.234")]
    [InlineData("12,00.00")]
    [InlineData(",200")]
    [InlineData("1,,200")]
    [InlineData("1200,")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e3")]
    [InlineData("五元")]
    [InlineData("92233720368547758.08")]
    public void TryYuan_NegativeBrokenOrTooExact_IsRefused(string text) => Assert.False(Figures.TryYuan(text, out _));

    [Fact]
    public void TryYuan_AnyAmount_ComesBackExactly() => Gen.Long[0, long.MaxValue].Sample(fen =>
    {
        var plain = $"{fen / 100}.{fen % 100:00}";
        var grouped = $"{(fen / 100).ToString("N0", CultureInfo.InvariantCulture)}.{fen % 100:00}";
        return Figures.TryYuan(plain, out var one) && one == fen && Figures.TryYuan(grouped, out var two) && two == fen;
    });

    [Fact]
    public void TryYuan_AnyText_NeverThrowsAndNeverGivesNegative() =>
        Gen.String[Gen.Char["0123456789,.-+ ￥¥e，．１"], 0, 24].Sample(text => !Figures.TryYuan(text, out var fen) || fen >= 0);

    [Theory]
    [InlineData("528", false, 528)]
    [InlineData("1.5", true, 1500)]
    [InlineData("86400", true, 86_400_000)]
    public void TryDuration_UpToADay_GivesMilliseconds(string text, bool seconds, long milliseconds)
    {
        Assert.True(Figures.TryDuration(text, seconds, out var read));
        Assert.Equal(milliseconds, read);
    }

    [Theory]
    [InlineData("-1", false)]
    [InlineData("86400001", false)]
    [InlineData("86400.001", true)]
    public void TryDuration_OutOfRange_IsRefused(string text, bool seconds) => Assert.False(Figures.TryDuration(text, seconds, out _));
}
