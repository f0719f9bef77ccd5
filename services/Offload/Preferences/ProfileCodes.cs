using System.Collections.Concurrent;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Offload.Preferences;

/// <summary>Numbers of the codes of sources, channels and services. A code keeps its number for ever.</summary>
internal sealed class ProfileCodes(NpgsqlDataSource database)
{
    /// <summary>Stands for all codes that came after the first <see cref="Most"/>.</summary>
    public const string Other = "~other";

    private const int Most = 20_000;
    private readonly ConcurrentDictionary<string, ushort> numbers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ushort, string> codes = [];

    /// <summary>Numbers of all of these, made where there are none. Outside of any transaction: a number that is made stays.</summary>
    public async Task EnsureAsync(IEnumerable<string> wanted, CancellationToken cancellation)
    {
        var missing = wanted.Where(code => !numbers.ContainsKey(code)).Distinct().Order(StringComparer.Ordinal).ToList();
        if (missing.Count == 0) return;
        if (numbers.Count + missing.Count > Most)
        {
            await LoadAsync(cancellation);
            missing = [.. missing.Where(code => !numbers.ContainsKey(code)).Take(Math.Max(0, Most - numbers.Count)), Other];
        }
        await using (var insert = database.CreateCommand("INSERT INTO profile_codes (code) SELECT unnest($1::text[]) EXCEPT SELECT code FROM profile_codes ON CONFLICT DO NOTHING"))
            await insert.With(missing.ToArray()).ExecuteNonQueryAsync(cancellation);
        await LoadAsync(cancellation);
    }

    /// <summary>Everything that is known to the database.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT number, code FROM profile_codes");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (number, code) = ((ushort)reader.GetInt16(0), reader.GetString(1));
            codes[number] = code;
            numbers[code] = number;
        }
    }

    public ushort NumberOf(string code) => numbers.TryGetValue(code, out var number) ? number : numbers.GetValueOrDefault(Other);

    /// <summary>Null where the number is not known here (yet).</summary>
    public string? CodeOf(ushort number) => codes.GetValueOrDefault(number);
}
