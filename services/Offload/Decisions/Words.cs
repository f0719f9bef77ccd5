using System.Globalization;
using System.Text.Json.Serialization;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Contacts;
using ECommerce.Channels.Platform.Catalogue;

namespace ECommerce.Channels.Offload.Decisions;

/// <summary>A sentence for people, in both languages of the suite.</summary>
internal sealed record Words([property: JsonPropertyName("zh-CN")] string Chinese, [property: JsonPropertyName("en")] string English);

/// <summary>Says why, in plain words with the values used.</summary>
internal static class ReasonWords
{
    public static Words Of(Reason reason, World world, in Situation situation, KnownChannel channel)
    {
        var known = situation.Profile.On(channel.Code);
        return reason switch
        {
            Reason.NotElectronic => new("不是电子渠道", "It is no e-channel"),
            Reason.CurrentChannel => new("客户正在该渠道办理", "The customer is there now"),
            Reason.Stopped => new("引导已全部停用", "All guidance is stopped"),
            Reason.ProfileUnavailable => new("暂时查不到客户画像，稳妥起见不引导", "The customer's profile cannot be read now; to be safe nothing is offered"),
            Reason.ConsentsUnsure => new("授权信息未能及时更新，稳妥起见不引导", "Consents may be out of date; to be safe nothing is offered"),
            Reason.UnknownCustomer => new("客户目录中没有该客户，没有授权", "The directory does not know the customer: there is no consent"),
            Reason.OptedOut => new("客户要求不要引导", "The customer asked not to be led elsewhere"),
            Reason.OpenComplaint => new($"有 {situation.Profile.OpenComplaints} 件投诉未办结", $"{situation.Profile.OpenComplaints} complaint(s) are not solved"),
            Reason.KeyMoment => new("客户正处于关键时刻", "It is a key moment for the customer"),
            Reason.Vulnerable => new("需要特别关照的客户，始终由人工服务", "A customer in need of care is always served by people"),
            Reason.NotOffloadable => NotOffloadable(situation.Service),
            Reason.AlreadyElectronic => new("客户已在电子渠道", "The customer is on an e-channel already"),
            Reason.FailedBefore => new($"{world.Rules.Set.FailedHours} 小时内在电子渠道办理同一事项失败过", $"A try on an e-channel failed on the same matter within {world.Rules.Set.FailedHours} hours"),
            Reason.NoRule => new("没有规则适用", "No rule applies"),
            Reason.RuleStays => new("适用的规则要求不引导", "The rule that applies says to stay"),
            Reason.RulesUnavailable => new("规则尚未就绪", "The rules are not there yet"),
            Reason.NotInRule => new("适用的规则不含该渠道", "The rule that applies does not name it"),
            Reason.CannotDo => new("近 30 天该渠道没有办成过这项业务", "It has not done this service in the last 30 days"),
            Reason.HealthUnknown => new("暂时不知道该渠道是否正常", "How it does now is not known"),
            Reason.Failing => new("该渠道这项业务目前成功率过低", "It fails too often with this service now"),
            Reason.NoConsent => new("客户没有授权引导到该渠道", "The customer did not agree to be led there"),
            Reason.CannotUse => new("客户没有用过该渠道", "The customer has never used it"),
            Reason.BelowScore => new($"偏好 {known.Score.Bin} 分，低于规则要求", $"Preference {known.Score.Bin} of 10 is below what the rule asks for"),
            Reason.AllowanceSpent => Spent(world, situation, channel),
            Reason.NotWorthIt => new("算上失败回流，不划算", "Counting what comes back, it is not worth it"),
            Reason.RankedLower => new("可以引导，但有更合适的渠道", "It would do, another does better"),
            Reason.Holdout => new("本可引导；客户在对照组，用于衡量效果", "It would have been offered; the customer is in the holdout, by which the effect is measured"),
            Reason.Stated => new("客户说过想用该渠道", "The customer asked for this channel"),
            Reason.Preferred => new(Used(known).Chinese + $"，偏好 {known.Score.Bin} 分（满分 10）", Used(known).English + $"; preference {known.Score.Bin} of 10"),
            Reason.Cheapest => Saving(situation, channel),
            Reason.LikeliestToSucceed => new($"该客户在此办成的可能性 {Percent(Decider.Chance(world, situation, channel))}", $"{Percent(Decider.Chance(world, situation, channel))} chance that this customer succeeds there"),
            _ => new($"综合成功率与成本最优，成功可能性 {Percent(Decider.Chance(world, situation, channel))}", $"Best of success and cost together; {Percent(Decider.Chance(world, situation, channel))} chance of success"),
        };
    }

    private static Words NotOffloadable(KnownService service)
    {
        var (chinese, english) = (new List<string>(), new List<string>());
        if (!service.Offloadable) Add("目录标记为不可分流", "the catalogue says so");
        if (!service.LowValue) Add("价值不低", "its value is not low");
        if (!service.LowRisk) Add("风险不低", "its risk is not low");
        if (!service.Standard) Add("不是标准业务", "it is not standard");
        return new("该业务不宜分流：" + string.Join("、", chinese), "This service is not to be moved: " + string.Join(", ", english));

        void Add(string zh, string en)
        {
            chinese.Add(zh);
            english.Add(en);
        }
    }

    private static Words Spent(World world, in Situation situation, KnownChannel channel)
    {
        var broken = Allowances.Broken(world.Rules.Set.Allowances, situation.Profile.Contacts, ConsentPurposes.Guidance, channel.Code, situation.Now);
        return broken is null
            ? new("接触次数已满", "The contact allowance is spent")
            : new($"接触次数已满：{broken.Days} 天内最多 {broken.Most} 次（{broken.Name}）", $"The contact allowance is spent: at most {broken.Most} in {broken.Days} days ({broken.Name})");
    }

    private static Words Used(Preferences.ChannelKnowledge known) => known.Uses180 == 0
        ? new("近 180 天没有用过", "Not used in the last 180 days")
        : new($"近 180 天用过 {known.Uses180} 次", $"Used {known.Uses180} times in the last 180 days");

    private static Words Saving(in Situation situation, KnownChannel channel)
    {
        var there = Decider.CostOf(situation.Service, channel);
        var saved = Decider.CostOf(situation.Service, situation.From) - there;
        return new($"成本最低：每笔 {Yuan(there)} 元，比现渠道省 {Yuan(saved)} 元", $"Cheapest: {Yuan(there)} yuan each, {Yuan(saved)} less than where the customer is");
    }

    private static string Yuan(long fen) => (fen / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Percent(double share) => share.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);
}

/// <summary>What to say, and what to show.</summary>
internal sealed record Script(Words Agent, Words Screen, Words Refused)
{
    public static Script Of(KnownService service, KnownChannel channel) => new(
        new($"“{service.Chinese}”您在{channel.Chinese}上就能办，随时可办、不用排队。这次我先帮您办好，下次您可以试试，需要我把办理方法发给您吗？",
            $"You can do “{service.English}” yourself on the {channel.English}, any time and without waiting. I will do it for you now; shall I send you how it is done, for next time?"),
        new($"{service.Chinese}可在{channel.Chinese}办理，无需等待。", $"{service.English} can be done on the {channel.English}, without waiting."),
        new("好的，没问题，我现在就为您办理。以后您想用时再告诉我们。", "Of course, I will do it for you now. Tell us whenever you would like to try."));
}
