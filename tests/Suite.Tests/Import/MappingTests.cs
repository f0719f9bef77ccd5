using ECommerce.Channels.Imports;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Import;

public sealed class MappingTests
{
    private static readonly string[] Columns = ["no", "when", "who", "ch", "svc", "res"];

    [Fact]
    public void Load_Shipped_IsFoundByNameAndFaultless()
    {
        Assert.Contains("boss", Mapping.Shipped());
        var boss = Mapping.Load("boss");
        Assert.Equal("boss", boss.Source);
        Assert.True(boss.History);
    }

    [Fact]
    public void Load_NeitherNameNorFile_NamesThoseThatShip() =>
        Assert.Contains("boss", Assert.Throws<FileNotFoundException>(() => Mapping.Load("bos")).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_ManyFaults_NamesEveryOne()
    {
        var wrong = Assert.Throws<MappingException>(() => Mapping.Parse(
            """
            source: "中文"
            zone: Mars/Olympus
            delimiter: ";;"
            fields:
              id: { column: a, constant: b }
              customer: { column: who }
              amount: { column: money, unit: euro }
              outcome: { column: res, values: { won: [ok] } }
              colour: { column: c }
              channel: { column: ch, values: { app: [掌厅], web: [" 掌厅"] } }
            """,
            "mine"));

        foreach (var fault in (string[])["fields.at", "fields.service", "fields.id: either", "as: number", "yuan or fen", "success, failed", "fields.colour", "listed twice", "Mars/Olympus", "delimiter", "source"])
            Assert.Contains(fault, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_BrokenYaml_NamesTheLine() =>
        Assert.Contains("line 2", Assert.Throws<MappingException>(() => Mapping.Parse("name: x\nfields: [", "mine")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("掌厅", "app")]
    [InlineData(" 掌上营业厅　", "app")]
    [InlineData("ＵＳＳＤ", "ussd")]
    [InlineData("ussd", "ussd")]
    [InlineData("微信小程序", "微信小程序")]
    [InlineData(" 微信小程序 ", "微信小程序")]
    public void Map_NamesOfChannels_VariantsAreKnownAndTheRestGoesThrough(string name, string channel)
    {
        var (row, cause) = Small().Map(["1", "2026-09-28 09:00:00", "13812345678", name, "payment.topup", "成功"]);

        Assert.Null(cause);
        Assert.Equal(channel, row!.Channel);
    }

    [Theory]
    [InlineData("1", "2026-02-30 09:00:00", "13812345678", "app", "成功", "time")]
    [InlineData("1", "2026-09-28 24:00:00", "13812345678", "app", "成功", "time")]
    [InlineData("1", "2026-09-28 09:00:00", "", "app", "成功", "number")]
    [InlineData("1", "2026-09-28 09:00:00", "138", "app", "成功", "number")]
    [InlineData("1", "2026-09-28 09:00:00", "13812345678", "app", "？？", "outcome")]
    [InlineData("", "2026-09-28 09:00:00", "13812345678", "app", "成功", "id")]
    [InlineData("1", "2026-09-28 09:00:00", "13812345678", "", "成功", "channel")]
    [InlineData("1", "2026-09-28 09:00:00", "13812345678", "a\tb", "成功", "channel")]
    [InlineData("1", "2026-09-28 09:00:00", "13812345678", "\uFFFD", "成功", "encoding")]
    public void Map_BrokenRow_HasOneCause(string id, string at, string number, string channel, string outcome, string cause) =>
        Assert.Equal(cause, Small().Map([id, at, number, channel, "payment.topup", outcome]).Cause);

    [Fact]
    public void Map_MissingColumns_IsACause() => Assert.Equal("columns", Small().Map(["1", "2026-09-28 09:00:00"]).Cause);

    [Fact]
    public void Map_LocalTimes_FollowTheZoneAndItsChangesOfClock()
    {
        Assert.Equal(TimeSpan.FromHours(8), At("Asia/Shanghai", "2026-09-28 09:00:00")!.Value.Offset);
        Assert.Null(At("Europe/Berlin", "2026-03-29 02:30:00"));
        Assert.Equal(TimeSpan.FromHours(2), At("Europe/Berlin", "2026-10-25 02:30:00")!.Value.Offset);
    }

    [Fact]
    public void Map_FileWithoutTheColumns_NamesThem()
    {
        var wrong = Assert.Throws<MappingException>(() => new RowMapper(Mapping.Load("boss"), ["流水号", "别的"], number => number));

        Assert.Contains("受理时间", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("别的", wrong.Message, StringComparison.Ordinal);
    }

    private static DateTimeOffset? At(string zone, string text) =>
        Small(zone).Map(["1", text, "13812345678", "app", "payment.topup", "成功"]).Row?.At;

    private static RowMapper Small(string zone = "Asia/Shanghai") => new(
        Mapping.Parse(
            $$"""
            zone: {{zone}}
            fields:
              id: { column: "no" }
              at: { column: when, formats: [yyyy-MM-dd HH:mm:ss] }
              customer: { column: who, as: number }
              channel: { column: ch, values: { app: [掌上营业厅, 掌厅], ussd: [USSD] } }
              service: { column: svc }
              outcome: { column: res, values: { success: [成功], failed: [失败] } }
            """,
            "small"),
        Columns,
        number => number.Length == 11 ? "c_" + number[..3] : null);
}
