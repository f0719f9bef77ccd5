using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>The imports that events name, numbered in the order in which they were met; 0 is one that does not exist.</summary>
internal sealed class ImportBook(NpgsqlDataSource database)
{
    private readonly CodeTable met = new();
    private readonly List<bool> exists = [false];

    public string Id(int number) => met.Text(number)!;

    public int Number(ReadOnlySpan<byte> import)
    {
        var hash = CodeTable.Hash(import);
        var number = met.Find(import, hash);
        if (number == 0)
        {
            number = met.Count + 1;
            var id = System.Text.Encoding.UTF8.GetString(import);
            met.Add(number, id);
            exists.Add(Blocking.Run(() => ExistsAsync(id)));
        }
        return exists[number] ? number : 0;
    }

    private async Task<bool> ExistsAsync(string id)
    {
        await using var command = database.CreateCommand("SELECT 1 FROM imports WHERE id = $1").With(id);
        return await command.ExecuteScalarAsync() is not null;
    }
}
