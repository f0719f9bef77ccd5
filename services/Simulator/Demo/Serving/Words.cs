using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo.Serving;

/// <summary>A text in the two languages that the demo's customers write.</summary>
internal sealed record Phrase(string Chinese, string English)
{
    public string In(string language) => language == "en" ? English : Chinese;
}

/// <summary>What customers write, from the service they wanted and how it went.</summary>
internal static class CustomerWords
{
    /// <summary>By channel, in the order of <see cref="Channel"/>.</summary>
    private static readonly Phrase[] Places =
    [
        new("营业厅", "the counter"), new("10086", "10086"), new("12580", "12580"), new("10086语音", "the 10086 voice menu"), new("网上营业厅", "the web hall"),
        new("掌上营业厅", "the app"), new("短信营业厅", "a text message"), new("USSD", "USSD"), new("WAP营业厅", "the WAP hall"), new("自助终端", "the terminal"),
    ];

    /// <summary>By service, in the order of <see cref="Service"/>.</summary>
    private static readonly Phrase[] Wishes =
    [
        new("充话费", "top up"), new("查余额", "see my balance"), new("查详单", "see my itemised bill"), new("修改服务密码", "change my password"),
        new("开通来电显示", "turn caller display on"), new("变更套餐", "change my package"), new("参加预存送话费活动", "join the campaign"),
        new("选号开户", "choose a number"), new("补卡", "replace my SIM"), new("销户", "close my account"),
    ];

    /// <summary>By reason, in the order of <see cref="Reason"/>; the first is of who gave up half-way.</summary>
    private static readonly Phrase[] Troubles =
    [
        new("做到一半不知道下一步怎么操作，就退出来了", "I did not know how to go on and gave up"), new("一直转圈，最后提示系统超时", "it kept loading and then said timeout"),
        new("提示余额不足，可是我前两天刚充过值", "it says my balance is too low, but I topped up two days ago"),
        new("提示密码错误，我确定密码没有输错", "it says wrong password, and I am sure it is right"),
        new("提示业务互斥，办不了", "it says there is a conflicting service"),
    ];

    /// <summary>Two questions for each service.</summary>
    private static readonly Phrase[][] Questions =
    [
        [new("刚充了话费，多久能到账？", "I just topped up. When will it arrive?"), new("充值可以开发票吗？", "Can I have an invoice for a top-up?")],
        [new("余额比我想的少，能看看扣了什么吗？", "My balance is lower than I thought. What was charged?"), new("赠送的话费在余额里能看到吗？", "Does the balance include what I was given?")],
        [new("上个月多了一笔增值业务费，是什么？", "There is a value-added fee on last month's bill. What is it?"), new("详单最早能查到几月份？", "How far back does the itemised bill go?")],
        [new("改了服务密码，网上营业厅的登录密码也变吗？", "I changed my password. Does it change for the web hall too?"), new("服务密码多久要换一次？", "How often must I change the password?")],
        [new("来电显示什么时候开始收费？", "From when does caller display cost something?"), new("我的套餐里是不是已经有来电显示了？", "Does my package have caller display already?")],
        [new("新套餐什么时候生效？这个月怎么算钱？", "When does the new package begin, and what of this month?"), new("出国要用流量，套餐里包含国际漫游吗？", "I travel abroad. Does my package cover roaming?")],
        [new("活动送的话费什么时候返还？", "When do I get what the campaign gives?"), new("参加了活动还能换套餐吗？", "May I change my package during the campaign?")],
        [new("选好的号码能保留多久？", "How long is a chosen number kept for me?"), new("卡寄到以后怎么激活？", "How do I activate the card when it comes?")],
        [new("补卡后原来的号码和套餐不变吧？", "My number and package stay after a new SIM, don't they?"), new("补卡要带什么证件？", "What papers do I need for a new SIM?")],
        [new("销户前余额怎么退？", "What about my balance when I close the account?"), new("合约没到期可以销户吗？", "Can I close the account within a contract?")],
    ];

    private static readonly Phrase[] Impatience =
    [
        new("有人在吗？比较着急。", "Is anybody there? It is urgent."), new("还在排队吗？", "Am I still in the queue?"), new("等了好一会儿了，麻烦快一点。", "I have been waiting for a while."),
    ];

    private static readonly Phrase[] Replies =
    [
        new("好的，麻烦您帮我看一下。", "Fine, please have a look."), new("是今天的事，就是刚才。", "It was today, just now."), new("我刚又试了一次，还是一样。", "I tried again: still the same."),
        new("嗯，是这个号码，本机办理。", "Yes, this number, from this phone."), new("那我现在需要做什么？", "So what do I have to do now?"),
    ];

    private static readonly Phrase[] Thanks =
        [new("好的，谢谢！", "All right, thank you!"), new("明白了，辛苦了。", "I see. Thanks for your help."), new("行吧，先这样。", "Well, let us leave it at that.")];

    public static string Opening(in DemoEvent cause, string language, ref Dice dice)
    {
        if (cause.Outcome == Outcome.Success) return Questions[(int)cause.Service][dice.Below(2)].In(language);
        var (place, wish, trouble) = (Places[(int)cause.Channel], Wishes[(int)cause.Service], Troubles[(int)cause.Reason]);
        return language == "en"
            ? $"I wanted to {wish.English} with {place.English}, but {trouble.English}. Can you help?"
            : $"我刚才在{place.Chinese}{wish.Chinese}，{trouble.Chinese}。麻烦帮我处理一下。";
    }

    public static string Next(Chat chat, ChatPlan plan, ref Dice dice)
    {
        var choice = chat.FirstReplyAt is null ? Impatience : plan.HasAll(chat.LastSeq) ? Thanks : Replies;
        return choice[dice.Below(choice.Length)].In(chat.Language);
    }
}

/// <summary>What agents answer.</summary>
internal static class AgentWords
{
    private static readonly Phrase[] Greetings =
    [
        new("您好，很高兴为您服务。我来看一下您的情况，请稍等。", "Hello, I am looking into it, one moment please."),
        new("您好，让您久等了。请问是今天办理的吗？", "Hello, thank you for waiting. Was it today?"),
        new("您好，已经看到您的办理记录，正在为您核实。", "Hello, I see what you tried and am checking it."),
    ];

    /// <summary>By reason, in the order of <see cref="Reason"/>; the first where nothing failed.</summary>
    private static readonly Phrase[] Findings =
    [
        new("我查了您的业务记录，没有异常，我把规则说明给您。", "Your records are in order; let me explain the rule."),
        new("系统当时响应慢，订单没有提交成功，也没有扣款。", "The system was slow then: your order was not placed, and nothing was charged."),
        new("您的充值在出账后才入账，所以当时显示余额不足。", "Your top-up was booked after the bill, so the balance seemed too low."),
        new("密码连续输错后被临时锁定了，我帮您发起重置。", "The password was locked after wrong tries; I am starting a reset."),
        new("您的套餐里已有同类业务，需要先退订旧的可选包。", "Your package has a service of this kind: the old option has to go first."),
    ];

    /// <summary>By end, in the order of <see cref="ChatEnd"/>.</summary>
    private static readonly Phrase[] Ends =
    [
        new("已经为您办好了，几分钟内生效，请您再看一下。", "It is done and takes effect within minutes; please have a look."),
        new("规则就是这样，帮助文章里也有说明，您可以随时查看。", "That is the rule; the help article says it too."),
        new("这个需要后台核查，我给您登记工单，有结果会联系您。", "This has to be looked into: I open a ticket, and we come back to you."),
        new("很抱歉，这项业务目前只能到营业厅办理。", "I am sorry, this can be done at a counter only for now."),
    ];

    public static string Next(Chat chat, ChatPlan plan, in DemoEvent cause, ref Dice dice) =>
        (plan.HasAll(chat.LastSeq + 1) ? Ends[(int)plan.End] : chat.FirstReplyAt is null ? Greetings[dice.Below(Greetings.Length)] : Findings[(int)cause.Reason]).In(chat.Language);
}
