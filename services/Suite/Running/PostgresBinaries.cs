namespace ECommerce.Channels.Suite.Running;

/// <summary>PostgreSQL's programs on this machine, of the version that a data folder needs.</summary>
internal sealed record PostgresBinaries(string Folder, string Version)
{
    public string this[string program] => Path.Combine(Folder, program);

    /// <summary>The newest version for a new folder; for an old one exactly the version that made it.</summary>
    /// <exception cref="SuiteException">There is none, or only others.</exception>
    public static PostgresBinaries Find(string data, string root = "/usr/lib/postgresql")
    {
        var installed = Installed(root);
        if (installed.Count == 0)
            throw new SuiteException("PostgreSQL is not installed (looked under /usr/lib/postgresql and in PATH); on Debian: apt-get install postgresql");
        var versionFile = Path.Combine(data, "PG_VERSION");
        if (!File.Exists(versionFile)) return installed[^1];
        var made = File.ReadAllText(versionFile).Trim();
        return installed.Find(binaries => binaries.Version == made) ?? throw new SuiteException(
            $"{data} was made by PostgreSQL {made}, and this machine has {string.Join(", ", installed.Select(binaries => binaries.Version))}. "
            + $"Install postgresql-{made} beside it, or move the data with pg_upgrade (docs/guides/sre.md).");
    }

    private static List<PostgresBinaries> Installed(string root)
    {
        var versions = Directory.Exists(root) ? Directory.GetDirectories(root) : [];
        var found = versions
            .Select(path => new PostgresBinaries(Path.Combine(path, "bin"), Path.GetFileName(path)))
            .Where(binaries => File.Exists(binaries["initdb"]) && File.Exists(binaries["postgres"]))
            .OrderBy(binaries => double.TryParse(binaries.Version, out var number) ? number : 0)
            .ToList();
        return found;
    }
}

/// <summary>The suite cannot start or go on, for a reason that its operator can do something about.</summary>
internal sealed class SuiteException(string message) : Exception(message);
