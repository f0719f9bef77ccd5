using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using ECommerce.Channels.Kpi.Ingestion;
using ECommerce.Channels.Platform.Hosting;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Ingestion;

public sealed class TransactionReaderTests
{
    private const string Common = """
        {"id":"202609280000069815","source":"boss","at":"2026-09-28T13:00:00.123+08:00","customer":"c_aboev8y2j05LmGmvzUYA8qvjt","channel":"app","service":"payment.topup","outcome":"success","amount":10000,"durationMs":528}
        """;

    [Fact]
    public void TryRead_CommonForm_BothReadersTakeIt()
    {
        Assert.True(Scan(Common, out var fast));
        Assert.Empty(Read(Common, out var slow));
        Assert.Equal(fast, slow);
        Assert.Contains("at=1790571600123", fast);
        Assert.Contains("amount=10000", fast);
    }

    [Theory]
    [InlineData("id", "1", "id")]
    [InlineData("id", "\"\"", "id")]
    [InlineData("id", "\"has space\"", "id")]
    [InlineData("id", "\"12345678901234567890123456789012345678901234567890123456789012345\"", "id")]
    [InlineData("source", "true", "source")]
    [InlineData("source", "\"a/b\"", "source")]
    [InlineData("at", "\"2026-09-28 13:00:00\"", "at")]
    [InlineData("at", "\"2026-09-28T13:00:00\"", "at")]
    [InlineData("at", "\"2026-02-30T13:00:00Z\"", "at")]
    [InlineData("at", "\"1969-12-31T23:59:59Z\"", "at")]
    [InlineData("at", "1790571600", "at")]
    [InlineData("customer", "\"13800138000\"", "customer")]
    [InlineData("customer", "\"c_13800138000\"", "customer")]
    [InlineData("customer", "\"c_138-0013-8000\"", "customer")]
    [InlineData("customer", "\"c_8613800138000\"", "customer")]
    [InlineData("customer", "\"c_1234567\"", "customer")]
    [InlineData("customer", "\"c_123456789012345\"", "customer")]
    [InlineData("customer", "\"d_aboev8y2j05LmGmvzUYA8qvjt\"", "customer")]
    [InlineData("customer", "\"c_12345678901234567890123456789012345678901234567890123456789012x\"", "customer")]
    [InlineData("customer", "\"c_\"", "customer")]
    [InlineData("customer", "\"c_a b\"", "customer")]
    [InlineData("customer", "null", "customer")]
    [InlineData("channel", "\"a\\u0000b\"", "channel")]
    [InlineData("channel", "\"a\\ud800b\"", "channel")]
    [InlineData("channel", "\"a\\nb\"", "channel")]
    [InlineData("channel", "\"a\u007fb\"", "channel")]
    [InlineData("channel", "\"a\u0085b\"", "channel")]
    [InlineData("channel", "\"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五\"", "channel")]
    [InlineData("channel", "null", "channel")]
    [InlineData("service", "[]", "service")]
    [InlineData("region", "\"\"", "region")]
    [InlineData("brand", "{\"a\":[1]}", "brand")]
    [InlineData("outcome", "\"Success\"", "outcome")]
    [InlineData("outcome", "null", "outcome")]
    [InlineData("reason", "7", "reason")]
    [InlineData("amount", "-1", "amount")]
    [InlineData("amount", "1.5", "amount")]
    [InlineData("amount", "\"100\"", "amount")]
    [InlineData("amount", "1e400", "amount")]
    [InlineData("amount", "99999999999999999999", "amount")]
    [InlineData("durationMs", "86400001", "durationMs")]
    [InlineData("durationMs", "-5", "durationMs")]
    [InlineData("assisted", "\"yes\"", "assisted")]
    [InlineData("task", "\"\\u0007\"", "task")]
    [InlineData("task", "\"12345678901234567890123456789012345678901234567890123456789012345\"", "task")]
    [InlineData("decision", "1", "decision")]
    public void TryRead_WrongField_IsNamed(string field, string json, string named)
    {
        var text = With(field, json);
        Assert.False(Scan(text, out _));
        Assert.Equal([named], Read(text, out _).Keys);
    }

    /// <summary>The last value on the right side of every limit.</summary>
    [Theory]
    [InlineData("id", "\"1234567890123456789012345678901234567890123456789012345678901234\"")]
    [InlineData("id", "\"A.b_c:d-9\"")]
    [InlineData("customer", "\"c_1\"")]
    [InlineData("customer", "\"c_123456\"")]
    [InlineData("customer", "\"c_1234567890123456\"")]
    [InlineData("customer", "\"c_1234567890123456789012345678901234567890123456789012345678901_\"")]
    [InlineData("channel", "\"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四\"")]
    [InlineData("service", "\"any thing: 微信/☎\"")]
    [InlineData("region", "\" \"")]
    [InlineData("reason", "\"超时（网关）\"")]
    [InlineData("amount", "0")]
    [InlineData("durationMs", "0")]
    [InlineData("durationMs", "86400000")]
    [InlineData("task", "\"\"")]
    [InlineData("decision", "\"1234567890123456789012345678901234567890123456789012345678901234\"")]
    public void TryRead_AtALimit_IsTaken(string field, string json) => Assert.Empty(Read(With(field, json), out _));

    [Fact]
    public void TryRead_OptionalFieldsMissing_AreNothing()
    {
        Assert.Empty(Read("""{"id":"1","source":"boss","at":"2026-09-28T13:00:00Z","customer":"c_x","channel":"app","service":"s","outcome":"failed"}""", out var read));
        Assert.Contains(" region= brand= outcome=Failed reason= amount=-1 duration=-1 assisted=False ", read);
    }

    [Fact]
    public void TryRead_SeveralWrongFields_AllAreNamed()
    {
        var errors = Read("""{"id":1,"at":"x","amount":-1,"outcome":"none","assisted":0}""", out _);
        Assert.Equal(["amount", "assisted", "at", "channel", "customer", "id", "outcome", "service", "source"], errors.Keys.Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}}")]
    [InlineData("""{"id":"a" "at":1}""")]
    [InlineData("nonsense")]
    public void TryRead_NoObject_SaysSo(string text)
    {
        Assert.False(Scan(text, out _));
        Assert.NotEmpty(Read(text, out _));
    }

    [Fact]
    public void TryRead_BrokenUtf8_SaysSo()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("{\"id\":\""), 0xC3, 0x28, .. Encoding.UTF8.GetBytes("\"}")];
        var view = default(TransactionView);
        var errors = new FieldErrors();
        Assert.False(TransactionScanner.TryRead(bytes, ref view));
        Assert.False(new TransactionReader().TryRead(bytes, TransactionForm.Log, ref view, errors));
        Assert.Equal(["body"], errors.Fields);
    }

    [Theory]
    [InlineData(@"{""\ud800"":1}")]
    [InlineData(@"{""a\ud800"":1}")]
    [InlineData(@"{""id\udc00"":""x""}")]
    public void TryRead_LoneSurrogateInAName_IsNoJson(string text) => Assert.Contains("body", Read(text, out _).Keys);

    [Fact]
    public void TryRead_UnknownFieldsAndEscapes_AreRead()
    {
        var text = With("channel", "\"\\u5fae\\u4fe1小程序\"")[..^1] + ""","more":{"deep":[1,2,{"x":null}]},"region":null}""";
        Assert.False(Scan(text, out _));
        Assert.Empty(Read(text, out var read));
        Assert.Contains("channel=微信小程序", read);
    }

    [Fact]
    public void TryRead_DeepNesting_IsRefusedNotThrown()
    {
        var text = With("channel", "\"app\"")[..^1] + ",\"x\":" + new string('[', 10_000) + new string(']', 10_000) + "}";
        Assert.Equal(["body"], Read(text, out _).Keys);
    }

    [Theory]
    [InlineData("2026-09-28T05:00:00Z", 1790571600000)]
    [InlineData("2026-09-28t05:00:00.1z", 1790571600100)]
    [InlineData("2026-09-28T05:00:00.123456789+00:00", 1790571600123)]
    [InlineData("2024-02-29T23:59:59.999-05:30", 1709270999999)]
    public void Rfc3339_Times_AreRead(string text, long milliseconds)
    {
        Assert.True(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out var read));
        Assert.Equal(milliseconds, read);
    }

    [Fact]
    public void Rfc3339_EveryTime_ReadsAsTheFrameworkReadsIt() =>
        Gen.Select(Gen.Long[0, 253402300799999], Gen.Int[-14 * 60, 14 * 60]).Sample((ms, offset) =>
        {
            var time = DateTimeOffset.FromUnixTimeMilliseconds(ms).AddDays(ms > 253402200000000 ? -2 : 0).ToOffset(TimeSpan.FromMinutes(offset));
            Assert.True(Rfc3339.TryParse(Encoding.UTF8.GetBytes(time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz")), out var read));
            Assert.Equal(time.ToUnixTimeMilliseconds(), read);
        });

    /// <summary>Whatever the fast one accepts, the full one reads to the same event.</summary>
    [Fact]
    public void TryRead_MutatedEvents_FastNeverDisagreesWithFull()
    {
        var mutation = Gen.Select(Gen.Int[0, 400], OneOf("", "\"", "\\", "{", "}", ",", ":", "0", "-", "é", "\u0001", "null", "true", "1e3", " "));
        Gen.Select(Event, mutation.Array[0, 3]).Sample((text, mutations) =>
        {
            foreach (var (at, with) in mutations)
                text = text[..Math.Min(at, text.Length)] + with + text[Math.Min(at + 1, text.Length)..];
            if (!Scan(text, out var fast)) return;
            Assert.Empty(Read(text, out var slow));
            Assert.Equal(fast, slow);
        }, iter: 20_000);
    }

    private static readonly Gen<string> Event = Gen.Select(
        Gen.String[Gen.Char["ABCabc019._:-"], 1, 64], Gen.Long[0, 4_000_000_000_000], Gen.Long[0, TransactionRules.MaxAmount],
        OneOf("success", "failed", "abandoned"), Gen.Bool, Gen.Int[0, 7]).Select((id, at, amount, outcome, assisted, optional) =>
    {
        var json = new JsonObject
        {
            ["id"] = id,
            ["source"] = "boss",
            ["at"] = DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
            ["customer"] = "c_x" + id.Replace('.', '_').Replace(':', '_')[..Math.Min(60, id.Length)],
            ["channel"] = "app",
            ["service"] = "plan.change",
            ["outcome"] = outcome,
            ["assisted"] = assisted,
        };
        if ((optional & 1) != 0) json["amount"] = amount;
        if ((optional & 2) != 0) json["region"] = "4401";
        if ((optional & 4) != 0) json["row"] = 7;
        return json.ToJsonString();
    });

    private static Gen<string> OneOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(index => words[index]);

    private static string With(string field, string json)
    {
        var common = JsonNode.Parse(Common)!.AsObject();
        common.Remove(field);
        return common.ToJsonString()[..^1] + $",\"{field}\":{json}}}";
    }

    private static bool Scan(string text, out string read)
    {
        var view = default(TransactionView);
        var taken = TransactionScanner.TryRead(Encoding.UTF8.GetBytes(text.Trim()), ref view);
        read = Text(view);
        return taken;
    }

    private static IReadOnlyDictionary<string, string[]> Read(string text, out string read)
    {
        var view = default(TransactionView);
        var errors = new FieldErrors();
        var taken = new TransactionReader().TryRead(Encoding.UTF8.GetBytes(text.Trim()), TransactionForm.Log, ref view, errors);
        Assert.Equal(!errors.Any, taken);
        read = Text(view);
        return errors.In("en");
    }

    private static string Text(TransactionView view) => string.Join(' ',
        "id=" + Encoding.UTF8.GetString(view.Id), "source=" + Encoding.UTF8.GetString(view.Source), "at=" + view.At,
        "customer=" + Encoding.UTF8.GetString(view.Customer), "channel=" + Encoding.UTF8.GetString(view.Channel),
        "service=" + Encoding.UTF8.GetString(view.Service), "region=" + Encoding.UTF8.GetString(view.Region),
        "brand=" + Encoding.UTF8.GetString(view.Brand), "outcome=" + view.Outcome, "reason=" + Encoding.UTF8.GetString(view.Reason),
        "amount=" + view.Amount, "duration=" + view.Duration, "assisted=" + view.Assisted, "row=" + view.Row, "import=" + Encoding.UTF8.GetString(view.Import));
}
