using Npgsql;
using Xunit;

namespace ECommerce.Channels.Testing;

/// <summary>
/// A disk of some megabytes with databases on it, to be filled to the last byte: a tablespace of the tests' PostgreSQL on a file system
/// in memory. Skips the calling test where none may be mounted.
/// </summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "channels-disk-" + Guid.NewGuid().ToString("N")[..8]);
    private readonly string tablespace = "d" + Guid.NewGuid().ToString("N")[..8];
    private readonly List<string> databases = [];
    private readonly PostgresServer postgres;

    private SmallDisk(PostgresServer postgres) => this.postgres = postgres;

    private string Ballast => Path.Combine(folder, "ballast");

    public static async Task<SmallDisk> MountAsync(PostgresServer postgres, int megabytes, CancellationToken cancellation)
    {
        Assert.SkipUnless(postgres.IsOurs && Environment.UserName == "root", "no root, or no PostgreSQL of the tests' own: no small disk");
        var disk = new SmallDisk(postgres);
        Directory.CreateDirectory(disk.folder);
        try
        {
            await Tools.OutputAsync("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.folder], cancellation);
        }
        catch (InvalidOperationException refused)
        {
            Directory.Delete(disk.folder);
            Assert.Skip("no small disk can be mounted here: " + refused.Message);
        }
        await Tools.OutputAsync("chown", ["postgres", disk.folder], cancellation);
        await postgres.ExecuteAsync($"CREATE TABLESPACE {disk.tablespace} LOCATION '{disk.folder}'");
        return disk;
    }

    public async Task<string> NewDatabaseAsync()
    {
        var connection = await postgres.NewDatabaseAsync($"TABLESPACE {tablespace}");
        databases.Add(new NpgsqlConnectionStringBuilder(connection).Database!);
        return connection;
    }

    /// <summary>Until nothing more goes on it.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true) file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void MakeRoom() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        File.Delete(Ballast);
        foreach (var database in databases) await postgres.ExecuteAsync($"DROP DATABASE {database} WITH (FORCE)");
        await postgres.ExecuteAsync($"DROP TABLESPACE {tablespace}");
        await Tools.OutputAsync("umount", [folder], CancellationToken.None);
        Directory.Delete(folder);
    }
}
