namespace ECommerce.Channels.Testing;

/// <summary>The checkout that the tests were built from.</summary>
public static class Checkout
{
    public static string Folder { get; } = Find(AppContext.BaseDirectory);

    /// <summary>A file of tests/data.</summary>
    public static string Data(string name) => Path.Combine(Folder, "tests", "data", name);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "ECommerce.Channels.sln")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
