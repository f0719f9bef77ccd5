namespace ECommerce.Channels.Suite.Running;

/// <summary>One suite to a data folder: the lock goes with the process, however it ends.</summary>
internal sealed class DataLock : IDisposable
{
    private readonly FileStream file;

    private DataLock(FileStream file) => this.file = file;

    /// <exception cref="SuiteException">Another suite runs on this data.</exception>
    public static DataLock Take(string data)
    {
        var path = Path.Combine(data, "suite.lock");
        try
        {
            var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            held.SetLength(0);
            using var writer = new StreamWriter(held, leaveOpen: true);
            writer.WriteLine(Environment.ProcessId);
            return new DataLock(held);
        }
        catch (IOException fault) when (fault is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new SuiteException($"a suite is already running on {data}; stop it, or use another folder with --data");
        }
    }

    public void Dispose() => file.Dispose();
}
