namespace ECommerce.Channels.Console.Tests.Screens;

/// <summary>A screen of the console, and how its states are brought about.</summary>
/// <param name="Name">As in the navigation and in the pictures' names.</param>
/// <param name="Address">With the demo operator's data.</param>
/// <param name="Role">Who sees it.</param>
public sealed record ConsoleScreen(string Name, string Address, string? Role = "manager")
{
    /// <summary>Nobody is signed in.</summary>
    public bool IsSignIn => Role is null;

    public override string ToString() => Name;

    /// <summary>All of them. A screen that the navigation has and this list has not fails a test.</summary>
    public static IReadOnlyList<ConsoleScreen> All { get; } =
    [
        new("sign-in", "/", Role: null),
        new("today", "/"),
        new("explore", "/explore"),
        new("targets", "/targets"),
        new("warnings", "/warnings"),
        new("warnings-rules", "/warnings?v=rules"),
        new("data", "/data"),
        new("data-indicators", "/data?t=indicators"),
        new("data-catalogue", "/data?t=catalogue"),
        new("data-unknown", "/data?t=unknown"),
        new("data-imports", "/data?t=imports"),
        new("data-letters", "/data?t=letters", "admin"),
        new("data-keys", "/data?t=keys", "admin"),
        new("no-such-page", "/no-such-page"),
    ];
}
