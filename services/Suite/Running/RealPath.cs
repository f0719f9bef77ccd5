namespace ECommerce.Channels.Suite.Running;

/// <summary>A path as the kernel names it, with every link on the way followed.</summary>
internal static class RealPath
{
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var real = "/";
        foreach (var part in full.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            if (new DirectoryInfo(real).ResolveLinkTarget(returnFinalTarget: true) is { } target) real = Of(target.FullName);
        }
        return real;
    }
}
