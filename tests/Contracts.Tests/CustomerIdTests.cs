using Xunit;

namespace ECommerce.Channels.Contracts.Tests;

public sealed class CustomerIdTests
{
    [Theory]
    [InlineData("c_aboev8y2j05LmGmvzUYA8qvjt", true)]
    [InlineData("c_1", true)]
    [InlineData("c_123456", true)]
    [InlineData("c_1234567890123456", true)]
    [InlineData("c_a13812345678", true)]
    [InlineData("c_13812345678", false)]
    [InlineData("c_138-1234-5678", false)]
    [InlineData("c_1234567", false)]
    [InlineData("c_", false)]
    [InlineData("13812345678", false)]
    [InlineData("c_名", false)]
    [InlineData("c_a b", false)]
    [InlineData("C_a", false)]
    public void IsValid_OfAShape_IsAsTheContractSays(string text, bool valid) => Assert.Equal(valid, CustomerId.IsValid(text));

    [Fact]
    public void IsValid_TooLong_IsNot()
    {
        Assert.True(CustomerId.IsValid("c_" + new string('a', 62)));
        Assert.False(CustomerId.IsValid("c_" + new string('a', 63)));
    }
}
