using ECommerce.Channels.Imports;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Import;

/// <summary>Lists of customers by a mapping.</summary>
public sealed class CustomerMapperTests
{
    private static readonly string[] Columns = ["手机号码", "客户阶段", "客户级别", "品牌", "地市", "语言", "标签", "客户经理", "短信营销", "短信营销时间"];

    [Fact]
    public void Map_ARowOfTheShippedMapping_IsACustomerWithConsent()
    {
        var (one, cause) = Crm().Map(["13812345678", "成熟期", "金卡", "全球通", "广州", "中文", "家庭宽带；漫游 ,5G", "chen", "同意", "2026-03-01 09:30:00"]);
        Assert.Null(cause);
        Assert.Equal(("c_5678", "mature", "gold", "gotone", "4401", "zh-CN", "chen"), (one!.Customer, one.Stage, one.Tier, one.Brand, one.Region, one.Language, one.Manager));
        Assert.Equal(["家庭宽带", "漫游", "5G"], one.Tags!);
        Assert.Equal(new MappedConsent("marketing", "sms", true, new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.FromHours(8)), "crm"), Assert.Single(one.Consents));
    }

    [Theory]
    [InlineData("拒绝", false)]
    [InlineData("否", false)]
    [InlineData("是", true)]
    [InlineData("", null)]
    [InlineData("未知", null)]
    public void Map_WhatWasSaidOfConsent_IsYesNoOrNothing(string said, bool? given)
    {
        var (one, _) = Crm().Map(["13812345678", "", "", "", "", "", "", "", said, ""]);
        Assert.Equal(given, one!.Consents.SingleOrDefault()?.Given);
        Assert.Null(one.Stage);
    }

    [Theory]
    [InlineData("not a number", "2026-03-01", "number")]
    [InlineData("13812345678", "in spring", "time")]
    public void Map_ARowThatIsWrong_HasItsCause(string number, string at, string cause) =>
        Assert.Equal((null, cause), Crm().Map([number, "", "", "", "", "", "", "", "同意", at]));

    [Fact]
    public void Map_ARowOfOtherColumns_IsRejected() => Assert.Equal((null, "columns"), Crm().Map(["13812345678"]));

    [Fact]
    public void Parse_AMappingOfCustomersWithFaults_NamesEveryOne()
    {
        var wrong = Assert.Throws<MappingException>(() => Mapping.Parse(
            """
            kind: customers
            fields:
              amount: { column: money, unit: fen }
            consents:
              - { purpose: spam, column: c, given: [yes], refused: [YES] }
            """,
            "mine"));
        foreach (var fault in (string[])["fields.customer is missing", "fields.amount: there is no such field", "consents.0.purpose", "consents.0.channel", "means yes and no"])
            Assert.Contains(fault, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ConsentsOfTransactions_AreRefused() =>
        Assert.Contains("consents: are of customers", Assert.Throws<MappingException>(() => Mapping.Parse("consents: [{ purpose: care, channel: app, column: c, given: [1] }]", "mine")).Message, StringComparison.Ordinal);

    private static CustomerMapper Crm() => new(Mapping.Load("crm"), Columns, number => number.StartsWith("138", StringComparison.Ordinal) ? "c_" + number[^4..] : null);
}
