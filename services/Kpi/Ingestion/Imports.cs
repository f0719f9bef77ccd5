using System.Security.Cryptography;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Kpi.Ingestion;

/// <summary>The file of an import, as its importer names it.</summary>
/// <param name="Sha256">64 hexadecimal digits: what makes two files the same, whatever they are called.</param>
public sealed record ImportFile(string Name, string Sha256);

/// <summary>Starts an import, or goes on with the unfinished one of the same file and mapping.</summary>
/// <param name="Source">The feed that the events belong to; identity is unique within it.</param>
/// <param name="History">Events older than 400 days are welcome.</param>
public sealed record StartImport(string Source, string Mapping, bool History, ImportFile File) : IJsonInput<StartImport>
{
    public static StartImport Read(JsonFields fields)
    {
        var file = fields.Object("file");
        var start = new StartImport(
            fields.Code("source"), fields.Code("mapping"), fields.OptionalBool("history") ?? false,
            new ImportFile(file.String("name", 1, 255), file.String("sha256", 64, 64).ToLowerInvariant()));
        if (start.File.Sha256.Length == 64 && !start.File.Sha256.All(char.IsAsciiHexDigit))
            file.Fail("sha256", "应为 64 位十六进制数", "must be 64 hexadecimal digits");
        return start;
    }
}

/// <summary>What the importer counted: rows read, rows it did not send by cause, and whether it is through.</summary>
public sealed record ImportCountsChange(long? Rows, IReadOnlyDictionary<string, long>? Rejected, bool? Done) : IJsonInput<ImportCountsChange>
{
    public static ImportCountsChange Read(JsonFields fields)
    {
        var rejected = fields.OptionalObject("rejected");
        return new(fields.OptionalInteger("rows", 0), rejected is null ? null : Causes(rejected), fields.OptionalBool("done"));
    }

    private static Dictionary<string, long> Causes(JsonFields rejected)
    {
        var causes = new Dictionary<string, long>();
        foreach (var (cause, _) in rejected.All().Take(100)) causes[cause] = rejected.Integer(cause, 0);
        return causes;
    }
}

/// <summary>An import and what it came to.</summary>
/// <param name="Rows">Rows of the file, as the importer says.</param>
/// <param name="Accepted">Events counted for the first time.</param>
/// <param name="Repeated">Events that had been counted before, from this file or another.</param>
/// <param name="Conflict">Events with a known identity and other content; ignored.</param>
/// <param name="Rejected">Rows that were not sent or not taken, by cause.</param>
/// <param name="Refused">Events that were taken and could not be counted; they lie among the dead letters.</param>
/// <param name="Unknown">Of the accepted: codes the catalogue did not know, by field and raw code.</param>
/// <param name="Lag">Records that may still be on their way into the figures; 0 means that nothing is.</param>
public sealed record Import(
    string Id, string Source, string Mapping, bool History, ImportFile File, DateTimeOffset CreatedAt, long Rows, long Accepted, long Repeated,
    long Conflict, IReadOnlyDictionary<string, long> Rejected, long Refused, IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Unknown,
    long Lag, bool Done)
{
    /// <summary>A new id: 80 random bits.</summary>
    public static string NewId() => "imp_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
}
