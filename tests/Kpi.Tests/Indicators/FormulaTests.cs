using ECommerce.Channels.Kpi.Indicators;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Indicators;

public sealed class FormulaTests
{
    [Fact]
    public void Parse_EveryWord_IsUnderstood()
    {
        var formula = Formula.Parse("successes where electronic and not assisted and offloadable and group = number-selection + failures");
        Assert.Equal(new Term(Measure.Successes, new Condition(true, false, true, "number-selection")), formula.Terms[0]);
        Assert.Equal(new Term(Measure.Failures, Condition.Always), formula.Terms[1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("attempts +")]
    [InlineData("visits")]
    [InlineData("attempts where")]
    [InlineData("attempts where cheap")]
    [InlineData("attempts electronic")]
    [InlineData("attempts where electronic or assisted")]
    [InlineData("attempts where electronic assisted")]
    [InlineData("failures where assisted")]
    [InlineData("successes where not group = payment")]
    [InlineData("successes where group payment")]
    [InlineData("customers + active-customers")]
    [InlineData("System.IO.File.Delete")]
    public void Parse_AnythingElse_IsRefused(string text) => Assert.Throws<FormatException>(() => Formula.Parse(text));

    [Fact]
    public void Under_AContradiction_IsRefused() =>
        Assert.Throws<FormatException>(() => Formula.Parse("successes where electronic").Under(Formula.ParseCondition("not electronic")));
}
