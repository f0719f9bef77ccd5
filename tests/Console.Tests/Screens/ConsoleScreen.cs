namespace ECommerce.Channels.Console.Tests.Screens;

/// <summary>A screen of the console, and how its states are brought about.</summary>
/// <param name="Name">As in the navigation and in the pictures' names.</param>
/// <param name="Address">With the demo operator's data.</param>
/// <param name="Api">What it stands on: where this fails, the screen says so.</param>
/// <param name="Role">Who sees it.</param>
public sealed record ConsoleScreen(string Name, string Address, string? Api, string? Role = "manager")
{
    public override string ToString() => Name;

    /// <summary>All of them. A screen that the navigation has and this list has not fails a test.</summary>
    public static IReadOnlyList<ConsoleScreen> All { get; } =
    [
        new("sign-in", "/", "/api/v1/session/sign-in", Role: null),
        new("today", "/", "/api/v1/kpi/targets/attainment"),
        new("explore", "/explore", "/api/v1/kpi/indicators/success-rate/values"),
        new("targets", "/targets", "/api/v1/kpi/targets"),
        new("warnings", "/warnings", "/api/v1/kpi/warnings"),
        new("warnings-rules", "/warnings?v=rules", "/api/v1/kpi/warning-rules"),
        new("data", "/data", "/api/v1/kpi/feeds"),
        new("data-indicators", "/data?t=indicators", "/api/v1/kpi/indicators"),
        new("data-catalogue", "/data?t=catalogue", "/api/v1/kpi/catalogue"),
        new("data-unknown", "/data?t=unknown", "/api/v1/kpi/catalogue/unknown"),
        new("data-imports", "/data?t=imports", "/api/v1/kpi/imports"),
        new("data-letters", "/data?t=letters", "/api/v1/kpi/dead-letters", "admin"),
        new("data-keys", "/data?t=keys", "/api/v1/access/keys", "admin"),
        new("desk", "/desk", "/api/v1/care/conversations", "agent"),
        new("service-wall", "/service", "/api/v1/care/desk/wall", "supervisor"),
        new("service-tickets", "/service?t=tickets", "/api/v1/care/tickets", "agent"),
        new("service-promises", "/service?t=tickets&v=promises", "/api/v1/care/sla-policies", "supervisor"),
        new("service-knowledge", "/service?t=knowledge", "/api/v1/care/articles", "agent"),
        new("service-archive", "/service?t=archive", "/api/v1/care/archive/products", "supervisor"),
        new("service-customers", "/service?t=customers", "/api/v1/care/customers", "agent"),
        new("no-such-page", "/no-such-page", Api: null),
    ];
}
