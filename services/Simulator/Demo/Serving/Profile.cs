using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo.Serving;

/// <summary>A customer as care's directory takes it.</summary>
/// <param name="Customer">The pseudonym.</param>
/// <param name="Manager">The dedicated manager, as care signs what that one does.</param>
/// <param name="Consents">What the customer said yes to.</param>
internal sealed record Profile(
    string Customer, string Stage, string Tier, string Brand, string Region, string Language, IReadOnlyList<string> Tags, string? PreferredChannel,
    string? Manager, IReadOnlyList<ProfileConsent> Consents)
{
    private const string Prefix = "c_demo-";
    private const ulong Place = 0xD17EC7;

    private static readonly string[] Stages = ["entry", "mature", "decline"];
    private static readonly string[] Tiers = ["ordinary", "silver", "gold", "diamond", "vip"];

    /// <summary>By habit: where a customer of a strong habit wants to be served.</summary>
    private static readonly string[] Preferred = ["app", "web", "sms", "agent", "counter"];

    /// <summary>By brand: gotone, mzone, easyown.</summary>
    private static readonly string[][] Kinds = [["商务", "国际漫游", "集团客户"], ["校园", "流量包", "游戏"], ["家庭套餐", "预付费", "长辈"]];

    private static readonly string[] Guided = ["app", "web", "sms"];

    private static readonly (Consents Flag, string Purpose, string Channel)[] Meanings =
    [
        (Operator.Consents.MarketingBySms, "marketing", "sms"), (Operator.Consents.MarketingInApp, "marketing", "app"),
        (Operator.Consents.MarketingByCall, "marketing", "agent"), (Operator.Consents.Surveys, "survey", "sms"),
    ];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <param name="number">Of the customer.</param>
    /// <param name="today">The stage of a customer changes with the days.</param>
    public static Profile Of(DemoOperator demo, int number, DateOnly today)
    {
        var customer = demo.CustomerOf(number);
        var dice = Dice.Of(demo.Seed, (ulong)number, Place);
        var prefers = dice.Happens(.35);
        return new Profile(
            DemoEvent.PseudonymOf(number), Stages[(int)customer.Activity.StageOn(today.DayNumber)], Tiers[(int)customer.Tier], Codes.Brands[customer.Brand],
            Codes.Regions[customer.Region], LanguageOf(demo.Seed, number), TagsOf(customer, ref dice), prefers ? Preferred[(int)customer.Habit] : null,
            ManagerOf(customer),
            [
                .. Meanings.Where(one => customer.Consents.HasFlag(one.Flag)).Select(one => new ProfileConsent(one.Purpose, one.Channel, demo.Start)),
                .. GuidanceOf(demo.Seed, number).Select(channel => new ProfileConsent("guidance", channel, demo.Start)),
            ]);
    }

    /// <summary>The e-channels a customer agreed to be led to: none, or those that most people have.</summary>
    public static string[] GuidanceOf(ulong seed, int number) => Dice.Of(seed, (ulong)number, Place + 2).Happens(.6) ? Guided : [];

    public static string LanguageOf(ulong seed, int number) => Dice.Of(seed, (ulong)number, Place + 1).Happens(.03) ? "en" : "zh-CN";

    /// <summary>Whether a pseudonym is of a customer of the demo's.</summary>
    public static bool IsOurs(string customer) => customer.StartsWith(Prefix, StringComparison.Ordinal);

    public byte[] Line() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    /// <summary>Diamond and VIP customers have somebody of their own.</summary>
    private static string? ManagerOf(in Customer customer) =>
        customer.Tier >= Operator.Tier.Diamond ? Staff.UserOf(Staff.Agents[customer.Number % Staff.Agents.Count]) : null;

    private static string[] TagsOf(in Customer customer, ref Dice dice)
    {
        var tags = new List<string>();
        if (dice.Happens(.4)) tags.Add(Kinds[customer.Brand][dice.Below(3)]);
        if (dice.Happens(.2)) tags.Add("宽带");
        if (dice.Happens(.06)) tags.Add("携号转网");
        return [.. tags];
    }
}

/// <summary>A yes of a customer, said when the history begins.</summary>
internal sealed record ProfileConsent(string Purpose, string Channel, DateTimeOffset At)
{
    public bool Given => true;

    public string Origin => DemoSetup.Source;
}
