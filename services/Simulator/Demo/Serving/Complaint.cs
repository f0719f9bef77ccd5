using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo.Serving;

/// <summary>A ticket as care takes it; the agent who opens it keeps it.</summary>
internal sealed record Complaint(
    string Customer, string Type, string Severity, string Subject, string Description, string? Service, string Channel, string Product, string FaultClass,
    string? Task, string Conversation, string Owner)
{
    private const ulong Place = 0x71C3;

    /// <summary>By service, in the order of <see cref="Service"/>.</summary>
    private static readonly string[] Products = ["topup", "topup", "billing", "account", "callerid", "package", "campaign", "number", "sim", "account"];

    private static readonly Phrase[] Subjects =
    [
        new("充值异常", "Trouble with a top-up"), new("余额有疑问", "Doubt about the balance"), new("账单费用有疑问", "Doubt about the bill"), new("密码无法修改", "Password cannot be changed"),
        new("来电显示开通失败", "Caller display fails"), new("套餐变更失败", "Package cannot be changed"), new("活动未按规则返还", "Campaign did not pay"),
        new("选号开户失败", "Opening an account fails"), new("补换卡问题", "Trouble with a SIM"), new("销户问题", "Trouble with closing an account"),
    ];

    /// <summary>By reason, in the order of <see cref="Reason"/>.</summary>
    private static readonly string[] Faults = ["business-rule", "channel-fault", "billing", "business-rule", "value-added"];
    private static readonly string[] OtherFaults = ["service-attitude", "network", "terminal", "other"];
    private static readonly string[] Severities = ["low", "normal", "high", "critical"];
    private static readonly double[] SeverityWeights = [.15, .55, .25, .05];

    public static Complaint Of(ulong seed, Chat chat, in DemoEvent cause, string owner)
    {
        var dice = Comer.DiceOf(seed, cause, Place);
        var subject = Subjects[(int)cause.Service].In(chat.Language);
        var fault = dice.Happens(.75) ? Faults[(int)cause.Reason] : OtherFaults[dice.Below(OtherFaults.Length)];
        return new Complaint(
            chat.Customer, cause.Reason == Reason.Timeout && dice.Happens(.6) ? "incident" : "complaint", Severities[dice.Pick(SeverityWeights)], subject,
            chat.Language == "en" ? subject + "; see the conversation." : subject + "，详见会话记录。", chat.Service, chat.Channel, Products[(int)cause.Service], fault, chat.Task,
            chat.Id, owner);
    }
}

/// <summary>A ticket as care tells of it.</summary>
/// <param name="Status">open, pending, resolved, closed or cancelled.</param>
internal sealed record Ticket(string Id, string Customer, string? Task, string Status, DateTimeOffset OpenedAt, DateTimeOffset? FirstResponseAt, long Revision);

/// <summary>What an agent does with a ticket.</summary>
internal enum TicketStep
{
    None,
    Comment,
    Pend,
    Resume,
    Resolve,
    Close,
}

/// <summary>How a complaint will go, from the seed and the task alone; all times since it was opened.</summary>
/// <param name="Pends">The customer has to be asked something.</param>
internal sealed record ComplaintPlan(TimeSpan Comments, bool Pends, TimeSpan PendsAt, TimeSpan Resumes, TimeSpan Resolves, TimeSpan Closes)
{
    private const ulong Place = 0x5107;

    /// <summary>Left lying until what was promised is broken.</summary>
    private const double Neglected = .12;

    public static ComplaintPlan Of(ulong seed, in DemoEvent cause)
    {
        var dice = Comer.DiceOf(seed, cause, Place);
        var neglected = dice.Happens(Neglected);
        var comments = neglected ? Minutes(ref dice, 150, 300) : Minutes(ref dice, 2, 25);
        var pends = comments + Minutes(ref dice, 4, 30);
        var resumes = pends + Minutes(ref dice, 10, 90);
        var resolves = resumes + (neglected ? Minutes(ref dice, 2_000, 4_000) : Minutes(ref dice, 5, 240));
        return new ComplaintPlan(comments, dice.Happens(.35), pends, resumes, resolves, resolves + Minutes(ref dice, 10, 120));
    }

    public TicketStep Next(Ticket one, DateTimeOffset now)
    {
        var age = now - one.OpenedAt;
        return one.Status switch
        {
            "open" when one.FirstResponseAt is null => age >= Comments ? TicketStep.Comment : TicketStep.None,
            "open" when age >= Resolves => TicketStep.Resolve,
            "open" => Pends && age >= PendsAt && age < Resumes ? TicketStep.Pend : TicketStep.None,
            "pending" => age >= Resumes ? TicketStep.Resume : TicketStep.None,
            "resolved" => age >= Closes ? TicketStep.Close : TicketStep.None,
            _ => TicketStep.None,
        };
    }

    private static TimeSpan Minutes(ref Dice dice, int from, int to) => TimeSpan.FromMinutes(from + (dice.Part() * (to - from)));
}
