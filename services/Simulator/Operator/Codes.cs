namespace ECommerce.Channels.Simulator.Operator;

/// <summary>The channels of a new installation's catalogue, and one that no catalogue knows yet.</summary>
internal enum Channel : byte
{
    Counter,
    Agent,
    Desk12580,
    Ivr,
    Web,
    App,
    Sms,
    Ussd,
    Wap,
    Kiosk,

    /// <summary>微信小程序: a pilot that nobody has told the catalogue of.</summary>
    MiniProgram,
}

/// <summary>The services of a new installation's catalogue.</summary>
internal enum Service : byte
{
    TopUp,
    BalanceQuery,
    BillQuery,
    PasswordChange,
    CallerIdOn,
    PlanChange,
    CampaignJoin,
    NumberSelect,
    SimReplace,
    AccountClose,
}

internal enum Reason : byte
{
    None,
    Timeout,
    InsufficientBalance,
    WrongPassword,
    Conflict,
}

internal enum Outcome : byte
{
    Success,
    Failed,
    Abandoned,
}

/// <summary>Codes as they are on the wire, by the numbers above.</summary>
internal static class Codes
{
    public static readonly string[] Channels =
        ["counter", "agent", "desk-12580", "ivr", "web", "app", "sms", "ussd", "wap", "kiosk", "微信小程序"];

    /// <summary>How many channels the catalogue knows: the first ones.</summary>
    public const int CatalogueChannels = 10;

    public static readonly string[] Services =
    [
        "payment.topup", "balance.query", "bill.query", "password.change", "callerid.on", "plan.change", "campaign.join", "number.select",
        "sim.replace", "account.close",
    ];

    /// <summary>The cities of the catalogue; after them 31 provinces, which only the load generator uses.</summary>
    public static readonly string[] Regions =
    [
        "4401", "4403", "4419", "4406", "4420", "4402",
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52",
        "53", "54", "61", "62", "63", "64", "65",
    ];

    /// <summary>How many of the regions are cities: the first ones.</summary>
    public const int Cities = 6;

    /// <summary>What the cities lie in.</summary>
    public const string Province = "44";

    public static readonly string[] Brands = ["gotone", "mzone", "easyown"];
    public static readonly string[] Reasons = ["", "timeout", "insufficient-balance", "wrong-password", "conflict"];
    public static readonly string[] Outcomes = ["success", "failed", "abandoned"];

    /// <summary>An employee does it there.</summary>
    public static bool IsStaffed(Channel channel) => channel is Channel.Counter or Channel.Agent or Channel.Desk12580;

    public static bool IsElectronic(Channel channel) => channel is >= Channel.Ivr and <= Channel.Kiosk;
}
