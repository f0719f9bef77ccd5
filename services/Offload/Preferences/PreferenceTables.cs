using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Offload.Preferences;

/// <summary>Makes the operator's table for a channel and a month out of what is kept of customers.</summary>
internal sealed class PreferenceTables(NpgsqlDataSource database, CatalogueCopy catalogue, ProfileCodes codes, OperatorZone zone)
{
    public const string ScoreModel = "score";
    public const string ShareModel = "share";

    /// <summary>
    /// Customers that are looked at: all, or of more the first by pseudonym, which is a keyed hash and so has nothing to do with what they do.
    /// </summary>
    public const int Most = 200_000;

    /// <summary>Days that have to be kept from before a month for a score to mean something.</summary>
    private const int DaysBefore = 90;

    public static bool IsKept(DateOnly month, DateOnly today) => month >= today.AddDays(DaysBefore - UseList.Days) && month <= today;

    /// <param name="month">Its first day; scores are as of its start, uses those of the month.</param>
    /// <param name="asOf">Uses after this are not counted: the month may still run.</param>
    public async Task<PreferenceTable> OfAsync(string channel, DateOnly month, string model, DateTimeOffset asOf, CancellationToken cancellation)
    {
        var maker = new ProfileMaker(await catalogue.LatestAsync(cancellation), codes);
        await codes.LoadAsync(cancellation);
        var start = DateTimeOffset.FromUnixTimeSeconds(zone.StartOf(month) * 60);
        var end = new[] { DateTimeOffset.FromUnixTimeSeconds(zone.StartOf(month.AddMonths(1)) * 60), asOf }.Min();
        var (first, last) = ((int)(start.ToUnixTimeSeconds() / 60), (int)(end.ToUnixTimeSeconds() / 60));
        var number = codes.NumberOf(channel);
        var known = new List<(double, int, int)>();
        await using var command = database.CreateCommand("""
            SELECT p.uses, c.facts::text FROM profiles p LEFT JOIN customers c USING (customer) ORDER BY p.customer LIMIT $1
            """).With(Most);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var uses = reader.GetFieldValue<byte[]>(0);
            var told = reader.IsDBNull(1) ? null : System.Text.Json.JsonSerializer.Deserialize<CustomerChanged>(reader.GetString(1), System.Text.Json.JsonSerializerOptions.Web);
            // What was said of consents since is left out: it was not known then.
            var before = maker.Of(new StoredProfile(told is null ? null : told with { Consents = [] }, uses, 0, [], []), start.AddMinutes(-1)).On(channel);
            var during = UseList.Read(uses).Count(use => use.Channel == number && use.Minute >= first && use.Minute < last);
            known.Add(model == ShareModel ? (before.Share, BinOf(before.Share), during) : (before.Score.Total, before.Score.Bin, during));
        }
        return PreferenceTable.Of(known);
    }

    private static int BinOf(double share) => Math.Min(10, 1 + (int)(share * 10));
}
