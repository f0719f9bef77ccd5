using System.Text;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Rollups;
using Npgsql;

namespace ECommerce.Channels.Kpi.Serving;

/// <summary>The codes of serving's facts as the ids that the roll-ups use, so that the catalogue gives them their meaning alike. One for each consumer.</summary>
internal sealed class ServingCodes(NpgsqlDataSource database, CatalogueHistory catalogue)
{
    private readonly Codes codes = new(database, () => catalogue.Current);
    private bool isRead;

    public async Task RefreshAsync(CancellationToken cancellation)
    {
        if (!isRead) await codes.RefreshAsync(cancellation);
        isRead = true;
        codes.AskCatalogue();
    }

    /// <param name="raw">Null is <c>none</c>.</param>
    public int Of(CodeField field, string? raw, DateOnly day)
    {
        if (string.IsNullOrEmpty(raw)) return codes.None(field);
        byte unknown = 0;
        var text = Encoding.UTF8.GetBytes(raw);
        return codes.Resolve(field, text, CodeTable.Hash(text), day.DayNumber, ref unknown);
    }
}
