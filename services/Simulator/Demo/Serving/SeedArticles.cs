namespace ECommerce.Channels.Simulator.Demo.Serving;

/// <summary>An article as care takes it.</summary>
internal sealed record ArticleDraft(
    string Language, string Title, string Body, IReadOnlyList<string> Tags, string? Service, string? Product, string? TranslationOf = null)
{
    /// <summary>May be offered to customers.</summary>
    public string Audience => "customer";
}

/// <summary>An article, and what it says in English where that was written.</summary>
internal sealed record SeedArticle(ArticleDraft Chinese, ArticleDraft? English)
{
    public static SeedArticle Of(string title, string? service, string? product, string[] tags, string body) =>
        new(new ArticleDraft("zh-CN", title, body, tags, service, product), null);

    public SeedArticle In(string title, string[] tags, string body) =>
        this with { English = new ArticleDraft("en", title, body, tags, Chinese.Service, Chinese.Product) };
}

/// <summary>What the demo's customers ask most, answered once.</summary>
internal static class SeedArticles
{
    public static readonly IReadOnlyList<SeedArticle> All =
    [
        SeedArticle.Of("充值超时或未到账怎么办", "payment.topup", "topup", ["充值", "充话费", "超时", "没到账", "扣款"], """
            ## 先不要重复支付
            掌上营业厅提示“系统超时”时，支付可能已经成功。

            1. 等待 10 分钟，再查询余额；
            2. 在“我的订单”中查看充值状态；
            3. 状态为“处理中”的，最迟 2 小时内到账或原路退回；
            4. 超过 2 小时仍未到账，请联系客服并提供订单时间和金额。
            """).In("A top-up timed out or did not arrive", ["top-up", "recharge", "timeout"], """
            ## Do not pay twice
            When the app says "timeout", the payment may have gone through.

            1. Wait ten minutes and look at the balance.
            2. See the state of the order under "My orders".
            3. What is "in progress" arrives, or is paid back, within two hours.
            4. After two hours write to us, with time and amount.
            """),
        SeedArticle.Of("怎样查询话费余额", "balance.query", "topup", ["余额", "话费", "查话费"], """
            - **掌上营业厅**：首页即显示当前余额；
            - **短信营业厅**：发送 `YE` 到 10086；
            - **USSD**：拨打 `*100#`；
            - **10086 语音**：按 1 号键。

            余额每小时更新一次，刚充的话费可能稍后显示。
            """).In("How to see your balance", ["balance", "credit"], """
            - **App**: on the first page.
            - **Text message**: send `YE` to 10086.
            - **USSD**: dial `*100#`.
            - **10086**: press 1.

            The balance is brought up to date every hour.
            """),
        SeedArticle.Of("账单和详单有什么区别", "bill.query", "billing", ["账单", "详单", "清单", "扣费"], """
            **账单**是每月各项费用的合计，每月 1 日出账；**详单**列出每次通话、短信和流量，须验证服务密码后查询。

            可查询最近 6 个月。对某一项费用有疑问，请告知客服费用名称和日期，我们在 1 个工作日内答复。
            """),
        SeedArticle.Of("怎样开具电子发票", "bill.query", "billing", ["发票", "电子发票", "报销", "抬头"], """
            1. 登录网上营业厅或掌上营业厅；
            2. 进入“发票服务”，选择月份；
            3. 填写抬头和税号，提交；
            4. 发票在 24 小时内发送到邮箱。

            按月结账单开票；充值时已开票的金额不能重复开具。
            """).In("How to get an invoice", ["invoice", "receipt", "tax"], """
            1. Sign in to the web hall or the app.
            2. Choose "Invoices" and the month.
            3. Give title and tax number.
            4. The invoice comes by mail within 24 hours.

            An amount for which there is an invoice already is not invoiced twice.
            """),
        SeedArticle.Of("服务密码忘记或被锁定", "password.change", "account", ["密码", "服务密码", "忘记密码", "锁定"], """
            连续输错 3 次，密码锁定到次日 0 时。

            - **重置**：掌上营业厅“安全中心”→“重置服务密码”，凭短信验证码办理；
            - 新密码须为 6 位数字，不能连续或重复，也不能与证件号码的一部分相同；
            - 不能接收短信的，请携带有效证件到自有营业厅办理。
            """),
        SeedArticle.Of("来电显示：开通、资费与常见失败原因", "callerid.on", "callerid", ["来电显示", "来显", "开通"], """
            每月 5 元，开通当日生效，按天折算首月费用。

            提示“业务互斥”，通常是套餐内已包含来电显示，或有同类组合包。请先在“已订业务”中查看；已包含的不需要再开通。
            """),
        SeedArticle.Of("套餐怎样变更，什么时候生效", "plan.change", "package", ["套餐", "换套餐", "改套餐", "资费"], """
            - 变更在**次月 1 日**生效，当月仍按原套餐计费；
            - 合约期内只能升档；
            - 提示“业务互斥”时，请先退订旧套餐的可选包；
            - 每月可变更一次，25 日以后提交的，请以生效短信为准。
            """).In("Changing the tariff package", ["package", "plan", "tariff"], """
            - The change takes effect on the **first of the next month**.
            - Within a contract only higher packages can be chosen.
            - "Conflicting service": end the options of the old package first.
            - One change a month.
            """),
        SeedArticle.Of("套餐余量与流量不清零规则", "plan.change", "package", ["流量", "余量", "不清零", "结转"], """
            当月未用完的套餐内流量结转到次月月底，先用结转部分。流量包、赠送流量和定向流量不结转。

            用量提醒在 50%、80% 和 100% 时以短信发送。
            """),
        SeedArticle.Of("国际漫游：出发前要做什么", null, "roaming", ["漫游", "国际漫游", "出国", "境外"], """
            1. 出发前在掌上营业厅开通“国际漫游”，即时生效；
            2. 选择目的地的日租流量包，不使用不收费；
            3. 落地后开机，打开“数据漫游”；
            4. 无法注册网络时，请手动选择运营商并重启手机。
            """),
        SeedArticle.Of("营销活动的参加条件与返还时间", "campaign.join", "campaign", ["活动", "赠送", "返还", "合约"], """
            每个活动的页面列明品牌、套餐档次和在网时长要求；同类活动不能同时参加，否则提示“业务互斥”。

            预存话费按月返还，每月 5 日前到账；活动期内销户或降档，未返还部分不再返还。
            """),
        SeedArticle.Of("网上选号开户的步骤与实名要求", "number.select", "number", ["选号", "开户", "新号", "实名"], """
            1. 选择归属城市和号码，号码保留 30 分钟；
            2. 上传证件并完成人脸识别；
            3. 支付预存款，快递送卡，1 至 3 天到达；
            4. 收卡后在掌上营业厅激活。

            一个证件最多开立 5 个号码。
            """),
        SeedArticle.Of("补换卡与销户为什么要到营业厅", "sim.replace", "account", ["补卡", "换卡", "销户", "SIM"], """
            补换卡和销户关系到号码的归属，须由机主本人携带有效证件办理，工本费 10 元。

            - 补换卡：现场即时生效；
            - 销户：先结清话费、解除合约，余额可转到其他号码或退还。
            """),
    ];
}
