using System.Text.Json;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Live;

/// <summary>
/// Hints of what changed, from whoever changes it to the screens that show it, by PostgreSQL's NOTIFY in the transaction of the change:
/// sent if and only if it commits, in the order of commits, to every replica. Ids and codes only.
/// </summary>
internal static class KpiChanges
{
    public const string Channel = "kpi_changes";

    /// <param name="hint">An object that becomes JSON with a <c>kind</c>; less than 8,000 bytes.</param>
    public static async Task TellAsync(NpgsqlTransaction transaction, object hint, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT pg_notify($1, $2)", transaction.Connection, transaction)
            .With(Channel).With(JsonSerializer.Serialize(hint, CatalogueJson.Options));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>The hint that figures of some days have changed.</summary>
internal static class FiguresHint
{
    /// <summary>More days than that are not told one by one.</summary>
    public const int MostDays = 100;

    /// <param name="days">Day numbers.</param>
    public static string Write(IReadOnlyCollection<int> days)
    {
        var dates = days.Count > MostDays ? "null"
            : "[" + string.Join(',', days.Order().Select(day => $"\"{DateOnly.FromDayNumber(day):yyyy-MM-dd}\"")) + "]";
        return $$"""{"kind":"figures","days":{{dates}}}""";
    }
}
