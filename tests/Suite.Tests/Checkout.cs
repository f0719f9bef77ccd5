namespace ECommerce.Channels.Suite.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Checkout
{
    public static string Folder { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "ECommerce.Channels.sln")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
