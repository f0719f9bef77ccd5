namespace ECommerce.Channels.Console.Tests.Screens;

/// <summary>A screen of the console, and how its states are brought about.</summary>
/// <param name="Name">As in the navigation and in the pictures' names.</param>
/// <param name="Address">With the demo operator's data.</param>
public sealed record ConsoleScreen(string Name, string Address)
{
    /// <summary>Nobody is signed in.</summary>
    public bool IsSignIn => Name == "sign-in";

    public override string ToString() => Name;

    /// <summary>All of them. A screen that the navigation has and this list has not fails a test.</summary>
    public static IReadOnlyList<ConsoleScreen> All { get; } =
    [
        new("sign-in", "/"),
        new("today", "/"),
        new("explore", "/explore"),
        new("targets", "/targets"),
        new("warnings", "/warnings"),
        new("warnings-rules", "/warnings?v=rules"),
        new("data", "/data"),
        new("no-such-page", "/no-such-page"),
    ];
}
