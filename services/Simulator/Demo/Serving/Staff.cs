using ECommerce.Channels.Contracts;

namespace ECommerce.Channels.Simulator.Demo.Serving;

/// <summary>Somebody of the demo operator who calls the suite with an API key of their own.</summary>
/// <param name="Name">Also the name of the key, and of its file.</param>
/// <param name="Skills">What an agent can be asked about: groups of services, or anything.</param>
/// <param name="RequestsPerMinute">Null for what is usual in the role.</param>
internal sealed record Colleague(string Name, string Role, IReadOnlyList<string> Skills, int? RequestsPerMinute = null)
{
    /// <summary>Id of the key.</summary>
    public string KeyId => "demo-" + Name.Replace('.', '-');

    public string KeyFile(string folder) => Path.Combine(folder, Name + ".key");
}

/// <summary>Who serves the demo's customers, and what speaks for these.</summary>
internal static class Staff
{
    /// <summary>So few that a queue forms, and a person who comes on duty has something to do.</summary>
    public const int Capacity = 2;

    /// <summary>The operator's portal: speaks for customers.</summary>
    public static readonly Colleague Portal = new("demo-portal", Roles.Portal, []);

    /// <summary>Approves articles, and ends conversations of customers who left.</summary>
    public static readonly Colleague Lead = new("chen.jing", Roles.Supervisor, []);

    public static readonly IReadOnlyList<Colleague> Agents =
    [
        new("li.na", Roles.Agent, ["payment", "query", "account"]),
        new("wang.wei", Roles.Agent, ["payment", "package", "value-added", "campaign", "number-selection"]),
        new("zhang.min", Roles.Agent, ["*"]),
    ];

    /// <summary>Forgets the demo's customers when the demo is removed, which nobody of lesser rights may.</summary>
    public static readonly Colleague Eraser = new("demo-eraser", Roles.Admin, [], RequestsPerMinute: 60_000);

    public static IReadOnlyList<Colleague> All => [Portal, Lead, .. Agents, Eraser];

    /// <summary>How care signs what a program does that calls with a key of this name.</summary>
    public static string UserOf(Colleague agent) => "key:" + agent.Name;
}
