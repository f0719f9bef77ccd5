namespace ECommerce.Channels.Contracts;

/// <summary>The roles of the suite. A route names the roles that may call it; everything else is denied.</summary>
public static class Roles
{
    /// <summary>渠道经理: dashboards, catalogue, targets, rules.</summary>
    public const string Manager = "manager";

    /// <summary>坐席: the desk.</summary>
    public const string Agent = "agent";

    /// <summary>班长: the desk and its queues.</summary>
    public const string Supervisor = "supervisor";

    /// <summary>访问员: telephone surveys.</summary>
    public const string Interviewer = "interviewer";

    /// <summary>运维: health, dead letters, audit.</summary>
    public const string Sre = "sre";

    /// <summary>管理员: accounts, keys, everything a manager may.</summary>
    public const string Admin = "admin";

    /// <summary>自助门户: a program of a self-service portal.</summary>
    public const string Portal = "portal";

    public static readonly IReadOnlyList<string> All = [Manager, Agent, Supervisor, Interviewer, Sre, Admin, Portal];
}
