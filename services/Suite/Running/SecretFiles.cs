namespace ECommerce.Channels.Suite.Running;

/// <summary>Secrets that the suite makes for itself: one file each, readable by its owner alone.</summary>
internal static class SecretFiles
{
    public static string ReadOrMake(string path, Func<string> make)
    {
        if (!File.Exists(path)) Make(path, make());
        return File.ReadAllText(path).Trim();
    }

    /// <summary>Whole or not at all: a kill half-way leaves no broken secret.</summary>
    private static void Make(string path, string secret)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var part = path + ".new";
        File.Delete(part);
        using (var stream = new FileStream(part, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        using (var writer = new StreamWriter(stream))
        {
            writer.WriteLine(secret);
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }
        File.Move(part, path);
    }
}
