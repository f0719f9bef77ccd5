using static ECommerce.Channels.Contracts.Roles;

namespace ECommerce.Channels.Suite.Tests.Routes;

/// <summary>A route of the suite, and who may call it.</summary>
/// <param name="Roles">Exactly these roles; empty for a route that is open to everyone.</param>
public sealed record TableRoute(string Method, string Path, params string[] Roles)
{
    /// <summary>It answers figures of regions: a caller sees those of its grant alone.</summary>
    public bool Regional { get; init; }

    /// <summary>It is the whole operator's: closed to a caller who is granted some regions only.</summary>
    public bool AllRegions { get; init; }

    /// <summary>It is asked for a period; else it answers of the present by itself.</summary>
    public bool Period { get; init; } = true;

    /// <summary>No role opens it, but a token that the route itself looks at: a customer's, of one conversation.</summary>
    public bool ByToken { get; init; }

    public bool Open => Roles.Length == 0 && !ByToken;

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>
/// Every route of the suite, written by hand: what the services themselves say (docs/api) is compared with it, so that a new route,
/// and a role more or less, is a change that somebody looks at.
/// </summary>
internal static class RouteTable
{
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<TableRoute>> Services = new Dictionary<string, IReadOnlyList<TableRoute>>
    {
        ["access"] = Access(),
        ["care"] = Care(),
        ["kpi"] = Kpi(),
        ["offload"] = Offload(),
        ["simulator"] = Simulator(),
    };

    public static IEnumerable<TableRoute> All => Services.Values.SelectMany(routes => routes);

    /// <summary>The gateway's own: sign-in, accounts, keys.</summary>
    private static IReadOnlyList<TableRoute> Access() =>
    [
        new("GET", "/api/v1/session", Manager, Agent, Supervisor, Interviewer, Sre, Admin, Portal),
        new("POST", "/api/v1/session"),
        new("DELETE", "/api/v1/session", Manager, Agent, Supervisor, Interviewer, Sre, Admin, Portal),
        new("GET", "/api/v1/session/sign-in"),
        new("GET", "/api/v1/session/openid"),

        new("GET", "/api/v1/access/users", Admin),
        new("POST", "/api/v1/access/users", Admin),
        new("PATCH", "/api/v1/access/users/{name}", Admin),
        new("POST", "/api/v1/access/users/{name}/password", Admin),

        new("GET", "/api/v1/access/keys", Admin),
        new("POST", "/api/v1/access/keys", Admin),
        new("POST", "/api/v1/access/keys/{id}/rotate", Admin),
        new("DELETE", "/api/v1/access/keys/{id}", Admin),

        new("GET", "/api/v1/access/audit", Admin),
        new("GET", "/api/v1/access/audit/verify", Sre, Admin),
    ];

    private static IReadOnlyList<TableRoute> Offload() =>
    [
        new("POST", "/api/v1/offload/decisions", Portal, Agent, Supervisor, Manager, Admin),
        new("GET", "/api/v1/offload/decisions", Supervisor, Manager, Admin),
        new("GET", "/api/v1/offload/decisions/{id}", Portal, Agent, Supervisor, Manager, Admin),
        new("POST", "/api/v1/offload/decisions/{id}/outcome", Portal, Agent, Supervisor, Manager, Admin),

        new("POST", "/api/v1/offload/contacts/reservations", Portal, Manager, Admin),
        new("POST", "/api/v1/offload/contacts/reservations/{id}/spent", Portal, Manager, Admin),
        new("POST", "/api/v1/offload/contacts/reservations/{id}/released", Portal, Manager, Admin),
        new("GET", "/api/v1/offload/contacts", Agent, Supervisor, Manager, Admin),

        new("GET", "/api/v1/offload/rules", Supervisor, Manager, Admin),
        new("GET", "/api/v1/offload/rules/history", Supervisor, Manager, Admin),
        new("GET", "/api/v1/offload/rules/sets/{number}", Supervisor, Manager, Admin),
        new("POST", "/api/v1/offload/rules/sets/{number}/revert", Manager, Admin) { AllRegions = true },
        new("PUT", "/api/v1/offload/rules/draft", Manager, Admin) { AllRegions = true },
        new("DELETE", "/api/v1/offload/rules/draft", Manager, Admin) { AllRegions = true },
        new("POST", "/api/v1/offload/rules/draft/submit", Manager, Admin) { AllRegions = true },
        new("POST", "/api/v1/offload/rules/draft/return", Manager, Admin) { AllRegions = true },
        new("POST", "/api/v1/offload/rules/draft/approve", Manager, Admin) { AllRegions = true },
        new("PUT", "/api/v1/offload/rules/stops/{rule}", Manager, Admin) { AllRegions = true },
        new("DELETE", "/api/v1/offload/rules/stops/{rule}", Manager, Admin) { AllRegions = true },
        new("POST", "/api/v1/offload/rules/try", Supervisor, Manager, Admin),
        new("POST", "/api/v1/offload/rules/simulate", Supervisor, Manager, Admin) { AllRegions = true },
        new("GET", "/api/v1/offload/rules/diff", Supervisor, Manager, Admin),

        new("GET", "/api/v1/offload/customers/{customer}/preferences", Agent, Supervisor, Manager, Admin),
        new("GET", "/api/v1/offload/effect", Supervisor, Manager, Admin) { AllRegions = true },
        new("GET", "/api/v1/offload/preferences/table", Supervisor, Manager, Admin) { AllRegions = true },

        new("GET", "/api/v1/offload/dead-letters", Sre, Admin),
        new("GET", "/api/v1/offload/dead-letters/{id}", Sre, Admin),
        new("POST", "/api/v1/offload/dead-letters/{id}/replay", Sre, Admin),
        new("POST", "/api/v1/offload/dead-letters/{id}/resolve", Sre, Admin),
        new("GET", "/api/v1/offload/audit", Admin),
        new("GET", "/api/v1/offload/audit/verify", Sre, Admin),
    ];

    private static IReadOnlyList<TableRoute> Care() =>
    [
        new("POST", "/api/v1/care/pseudonyms", Portal, Agent, Admin),
        new("GET", "/api/v1/care/customers", Agent, Supervisor, Manager, Admin) { Regional = true, Period = false },
        new("POST", "/api/v1/care/customers", Portal, Admin) { AllRegions = true },
        new("POST", "/api/v1/care/lookup", Agent, Supervisor, Admin),
        new("GET", "/api/v1/care/customers/{customer}", Agent, Supervisor, Manager, Admin),
        new("PUT", "/api/v1/care/customers/{customer}", Portal, Admin),
        new("DELETE", "/api/v1/care/customers/{customer}", Admin),
        new("POST", "/api/v1/care/customers/{customer}/reveal", Agent, Supervisor, Admin),
        new("GET", "/api/v1/care/customers/{customer}/consents", Portal, Agent, Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/customers/{customer}/consents", Portal, Agent, Supervisor, Admin),
        new("GET", "/api/v1/care/customers/{customer}/journey", Agent, Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/conversations", Agent, Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/conversations", Portal, Agent, Supervisor),
        new("GET", "/api/v1/care/conversations/{id}", Portal, Agent, Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/conversations/{id}/messages", Portal, Agent, Supervisor),
        new("POST", "/api/v1/care/conversations/{id}/assign", Agent, Supervisor),
        new("POST", "/api/v1/care/conversations/{id}/close", Agent, Supervisor),
        new("POST", "/api/v1/care/conversations/{id}/rating", Portal),
        new("POST", "/api/v1/care/conversations/{id}/release", Agent, Supervisor),
        new("GET", "/api/v1/care/conversations/{id}/presence", Agent, Supervisor),
        new("POST", "/api/v1/care/conversations/{id}/presence", Agent, Supervisor),
        new("GET", "/api/v1/care/conversations/{id}/draft", Agent, Supervisor),
        new("PUT", "/api/v1/care/conversations/{id}/draft", Agent, Supervisor),
        new("GET", "/api/v1/care/conversations/{id}/transcript", Agent, Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/events", Agent, Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/desk/duty", Agent, Supervisor),
        new("PUT", "/api/v1/care/desk/duty", Agent, Supervisor),
        new("GET", "/api/v1/care/desk/wall", Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/agents", Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/agents/{user}", Supervisor, Manager, Admin),
        new("PUT", "/api/v1/care/agents/{user}", Supervisor, Admin),
        new("POST", "/api/v1/care/widget-sessions", Portal),
        new("GET", "/api/v1/care/widget/conversation") { ByToken = true },
        new("POST", "/api/v1/care/widget/messages") { ByToken = true },
        new("POST", "/api/v1/care/widget/presence") { ByToken = true },
        new("POST", "/api/v1/care/widget/rating") { ByToken = true },
        new("POST", "/api/v1/care/widget/leave") { ByToken = true },
        new("GET", "/api/v1/care/widget/events") { ByToken = true },
        new("POST", "/api/v1/care/widget/articles") { ByToken = true },
        new("GET", "/api/v1/care/widget/articles/{id}") { ByToken = true },
        new("POST", "/api/v1/care/widget/articles/{id}/verdict") { ByToken = true },
        new("GET", "/api/v1/care/calendars", Agent, Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/calendars/{id}", Agent, Supervisor, Manager, Admin),
        new("PUT", "/api/v1/care/calendars/{id}", Supervisor, Manager, Admin) { AllRegions = true },
        new("GET", "/api/v1/care/sla-policies", Agent, Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/sla-policies/{id}", Agent, Supervisor, Manager, Admin),
        new("PUT", "/api/v1/care/sla-policies/{id}", Supervisor, Manager, Admin) { AllRegions = true },
        new("GET", "/api/v1/care/fault-classes", Portal, Agent, Supervisor, Manager, Admin),
        new("PUT", "/api/v1/care/fault-classes/{code}", Supervisor, Manager, Admin) { AllRegions = true },
        new("POST", "/api/v1/care/tickets", Portal, Agent, Supervisor, Admin),
        new("GET", "/api/v1/care/tickets", Agent, Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/tickets/search", Agent, Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/tickets/{id}", Agent, Supervisor, Manager, Admin),
        new("PATCH", "/api/v1/care/tickets/{id}", Agent, Supervisor, Admin),
        new("POST", "/api/v1/care/tickets/{id}/assign", Agent, Supervisor, Admin),
        new("POST", "/api/v1/care/tickets/{id}/comment", Agent, Supervisor, Admin),
        new("POST", "/api/v1/care/tickets/{id}/pend", Agent, Supervisor, Admin),
        new("POST", "/api/v1/care/tickets/{id}/resume", Agent, Supervisor, Admin),
        new("POST", "/api/v1/care/tickets/{id}/resolve", Agent, Supervisor, Admin),
        new("POST", "/api/v1/care/tickets/{id}/close", Agent, Supervisor, Admin),
        new("POST", "/api/v1/care/tickets/{id}/reopen", Agent, Supervisor, Admin),
        new("POST", "/api/v1/care/tickets/{id}/cancel", Agent, Supervisor, Admin),
        new("POST", "/api/v1/care/tickets/{id}/escalate", Agent, Supervisor, Admin),
        new("GET", "/api/v1/care/archive/products", Agent, Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/archive/entries", Agent, Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/archive/entries.csv", Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/archive/entries/{number}", Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/archive/months", Agent, Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/archive/measures", Supervisor, Manager, Admin) { AllRegions = true },
        new("POST", "/api/v1/care/archive/measures/{id}/verdicts", Manager, Admin) { AllRegions = true },
        new("GET", "/api/v1/care/archive/verify", Sre, Admin),
        new("GET", "/api/v1/care/articles", Portal, Agent, Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/articles", Agent, Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/articles/search", Portal, Agent, Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/articles/{id}", Portal, Agent, Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/articles/{id}/versions", Agent, Supervisor, Manager, Admin),
        new("GET", "/api/v1/care/articles/{id}/versions/{number}", Agent, Supervisor, Manager, Admin),
        new("PUT", "/api/v1/care/articles/{id}/draft", Agent, Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/articles/{id}/revert", Agent, Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/articles/{id}/submit", Agent, Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/articles/{id}/approve", Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/articles/{id}/reject", Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/articles/{id}/archive", Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/articles/{id}/restore", Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/articles/{id}/uses", Portal, Agent, Supervisor, Manager, Admin),
        new("POST", "/api/v1/care/sources/{source}/forget", Manager, Admin) { AllRegions = true },
        new("GET", "/api/v1/care/mappings", Manager, Admin),
        new("POST", "/api/v1/care/mappings/{name}/rows", Admin),

        new("GET", "/api/v1/care/dead-letters", Sre, Admin),
        new("GET", "/api/v1/care/dead-letters/{id}", Sre, Admin),
        new("POST", "/api/v1/care/dead-letters/{id}/replay", Sre, Admin),
        new("POST", "/api/v1/care/dead-letters/{id}/resolve", Sre, Admin),
        new("GET", "/api/v1/care/audit", Admin),
        new("GET", "/api/v1/care/audit/verify", Sre, Admin),
    ];

    private static IReadOnlyList<TableRoute> Kpi() =>
    [
        new("POST", "/api/v1/kpi/transactions", Manager, Admin, Portal),
        new("GET", "/api/v1/kpi/imports", Manager, Admin) { AllRegions = true },
        new("POST", "/api/v1/kpi/imports", Manager, Admin) { AllRegions = true },
        new("GET", "/api/v1/kpi/imports/{id}", Manager, Admin) { AllRegions = true },
        new("PATCH", "/api/v1/kpi/imports/{id}", Manager, Admin) { AllRegions = true },
        new("POST", "/api/v1/kpi/imports/{id}/transactions", Manager, Admin) { AllRegions = true },

        new("GET", "/api/v1/kpi/indicators", Manager, Agent, Supervisor, Sre, Admin, Portal),
        new("POST", "/api/v1/kpi/indicators/{id}/versions", Manager, Admin) { AllRegions = true },
        new("GET", "/api/v1/kpi/indicators/{id}/values", Manager, Supervisor, Sre, Admin, Portal) { Regional = true },
        new("GET", "/api/v1/kpi/indicators/{id}/values.csv", Manager, Supervisor, Sre, Admin, Portal) { Regional = true },
        new("GET", "/api/v1/kpi/indicators/{id}/values.xlsx", Manager, Supervisor, Sre, Admin, Portal) { Regional = true },
        new("GET", "/api/v1/kpi/indicators/{id}/difference", Manager, Supervisor, Sre, Admin, Portal) { Regional = true },
        new("GET", "/api/v1/kpi/indicators/{id}/contributions", Manager, Supervisor, Sre, Admin, Portal) { Regional = true },
        new("GET", "/api/v1/kpi/indicators/{id}/contributions.csv", Manager, Supervisor, Sre, Admin, Portal) { Regional = true },

        new("GET", "/api/v1/kpi/targets", Manager, Supervisor, Sre, Admin) { Regional = true, Period = false },
        new("GET", "/api/v1/kpi/targets.csv", Manager, Supervisor, Sre, Admin) { Regional = true, Period = false },
        new("PUT", "/api/v1/kpi/targets", Manager, Admin),
        new("GET", "/api/v1/kpi/targets/attainment", Manager, Supervisor, Sre, Admin) { Regional = true, Period = false },
        new("POST", "/api/v1/kpi/targets/import", Manager, Admin),
        new("GET", "/api/v1/kpi/targets/changes", Manager, Supervisor, Sre, Admin),

        new("GET", "/api/v1/kpi/views", Manager, Supervisor, Sre, Admin),
        new("POST", "/api/v1/kpi/views", Manager, Supervisor, Sre, Admin),
        new("GET", "/api/v1/kpi/views/{id}", Manager, Supervisor, Sre, Admin),
        new("PUT", "/api/v1/kpi/views/{id}", Manager, Supervisor, Sre, Admin),
        new("DELETE", "/api/v1/kpi/views/{id}", Manager, Supervisor, Sre, Admin),
        new("GET", "/api/v1/kpi/annotations", Manager, Supervisor, Sre, Admin),
        new("POST", "/api/v1/kpi/annotations", Manager, Admin),
        new("GET", "/api/v1/kpi/annotations/{id}", Manager, Supervisor, Sre, Admin),
        new("PUT", "/api/v1/kpi/annotations/{id}", Manager, Admin),
        new("DELETE", "/api/v1/kpi/annotations/{id}", Manager, Admin),
        new("GET", "/api/v1/kpi/preferences", Manager, Agent, Supervisor, Interviewer, Sre, Admin),
        new("PUT", "/api/v1/kpi/preferences", Manager, Agent, Supervisor, Interviewer, Sre, Admin),

        new("GET", "/api/v1/kpi/catalogue", Manager, Agent, Supervisor, Sre, Admin, Portal),
        new("GET", "/api/v1/kpi/catalogue/versions", Manager, Agent, Supervisor, Sre, Admin, Portal),
        .. Entries("channels"),
        .. Entries("services"),
        .. Entries("regions"),
        .. Entries("brands"),
        .. Entries("reasons"),
        new("GET", "/api/v1/kpi/catalogue/unknown", Manager, Agent, Supervisor, Sre, Admin, Portal) { AllRegions = true },
        new("POST", "/api/v1/kpi/catalogue/assignments", Manager, Admin) { AllRegions = true },
        new("DELETE", "/api/v1/kpi/catalogue/assignments", Manager, Admin) { AllRegions = true },

        new("GET", "/api/v1/kpi/clock", Manager, Supervisor, Sre, Admin, Portal),
        new("GET", "/api/v1/kpi/holidays", Manager, Supervisor, Sre, Admin, Portal),

        new("GET", "/api/v1/kpi/feeds", Manager, Supervisor, Sre, Admin),
        new("PUT", "/api/v1/kpi/feeds/{source}/{channel}", Manager, Admin) { AllRegions = true },
        new("POST", "/api/v1/kpi/feeds/{source}/{channel}/heartbeat", Manager, Admin, Portal),

        new("GET", "/api/v1/kpi/warning-rules", Manager, Supervisor, Sre, Admin),
        new("POST", "/api/v1/kpi/warning-rules", Manager, Admin),
        new("POST", "/api/v1/kpi/warning-rules/preview", Manager, Admin),
        new("GET", "/api/v1/kpi/warning-rules/{id}", Manager, Supervisor, Sre, Admin),
        new("PUT", "/api/v1/kpi/warning-rules/{id}", Manager, Admin),
        new("DELETE", "/api/v1/kpi/warning-rules/{id}", Manager, Admin),
        new("GET", "/api/v1/kpi/warnings", Manager, Supervisor, Sre, Admin),
        new("GET", "/api/v1/kpi/warnings/{id}", Manager, Supervisor, Sre, Admin),
        new("POST", "/api/v1/kpi/warnings/{id}/acknowledge", Manager, Sre, Admin),
        new("POST", "/api/v1/kpi/warnings/{id}/assign", Manager, Sre, Admin),
        new("POST", "/api/v1/kpi/warnings/{id}/snooze", Manager, Sre, Admin),
        new("POST", "/api/v1/kpi/warnings/{id}/resolve", Manager, Sre, Admin),
        new("GET", "/api/v1/kpi/health", Manager, Supervisor, Sre, Admin) { AllRegions = true },
        new("GET", "/api/v1/kpi/events", Manager, Supervisor, Sre, Admin),

        new("POST", "/api/v1/kpi/sources/{source}/forget", Manager, Admin) { AllRegions = true },
        new("GET", "/api/v1/kpi/rollups", Manager, Sre, Admin),
        new("GET", "/api/v1/kpi/dead-letters", Sre, Admin),
        new("GET", "/api/v1/kpi/dead-letters/{id}", Sre, Admin),
        new("POST", "/api/v1/kpi/dead-letters/{id}/replay", Sre, Admin),
        new("POST", "/api/v1/kpi/dead-letters/{id}/resolve", Sre, Admin),
        new("POST", "/api/v1/kpi/topics/apply", Sre, Admin),
        new("GET", "/api/v1/kpi/audit", Admin),
        new("GET", "/api/v1/kpi/audit/verify", Sre, Admin),
    ];

    private static IReadOnlyList<TableRoute> Simulator() =>
    [
        new("GET", "/api/v1/simulator", Manager, Agent, Supervisor, Interviewer, Sre, Admin, Portal),
        new("POST", "/api/v1/simulator/pause", Manager, Sre, Admin) { AllRegions = true },
        new("POST", "/api/v1/simulator/resume", Manager, Sre, Admin) { AllRegions = true },
        new("PUT", "/api/v1/simulator/speed", Manager, Sre, Admin) { AllRegions = true },
        new("DELETE", "/api/v1/simulator/demo", Manager, Admin) { AllRegions = true },

        new("GET", "/api/v1/simulator/audit", Admin),
        new("GET", "/api/v1/simulator/audit/verify", Sre, Admin),
    ];

    /// <summary>The same five for each kind of entry of the catalogue.</summary>
    private static IEnumerable<TableRoute> Entries(string kind) =>
    [
        new("GET", $"/api/v1/kpi/catalogue/{kind}", Manager, Agent, Supervisor, Sre, Admin, Portal),
        new("POST", $"/api/v1/kpi/catalogue/{kind}", Manager, Admin) { AllRegions = true },
        new("GET", $"/api/v1/kpi/catalogue/{kind}/{{code}}", Manager, Agent, Supervisor, Sre, Admin, Portal),
        new("PUT", $"/api/v1/kpi/catalogue/{kind}/{{code}}", Manager, Admin) { AllRegions = true },
        new("DELETE", $"/api/v1/kpi/catalogue/{kind}/{{code}}", Manager, Admin) { AllRegions = true },
    ];
}
