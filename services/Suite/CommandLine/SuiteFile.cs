using System.Text.Json;
using ECommerce.Channels.Gateway.Access;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary>
/// <c>DATA/suite.json</c>: where a running suite answers, and how to get in. It holds secrets and is readable by its owner alone.
/// </summary>
internal sealed record SuiteFile(string Address, IReadOnlyList<SuiteAccount> Accounts)
{
    public const string Name = "suite.json";

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <exception cref="FileNotFoundException">No suite has run there.</exception>
    /// <exception cref="InvalidDataException">The file is not one that a suite wrote.</exception>
    public static async Task<SuiteFile> ReadAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"no suite has run here: {path} is missing (./run starts one)");
        await using var stream = File.OpenRead(path);
        try
        {
            return await JsonSerializer.DeserializeAsync<SuiteFile>(stream, JsonSerializerOptions.Web, cancellation) is { Address: not null, Accounts: not null } suite
                ? suite
                : throw new InvalidDataException($"{path} is not a suite's file");
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"{path} is not a suite's file: {broken.Message}", broken);
        }
    }

    /// <summary>Replaces the file in one step, so that nobody reads half of it.</summary>
    public async Task WriteAsync(string path, CancellationToken cancellation)
    {
        var part = path + ".new";
        File.Delete(part);
        await using (var stream = new FileStream(part, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            await JsonSerializer.SerializeAsync(stream, this, Indented, cancellation);
        }
        File.Move(part, path, overwrite: true);
    }
}
