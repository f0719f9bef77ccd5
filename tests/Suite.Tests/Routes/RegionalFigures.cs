using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Routes;

/// <summary>Some transactions in several regions, now and eleven days ago, targets for some, and a look at what a caller for one region is told.</summary>
internal static class RegionalFigures
{
    private const string Own = "4401";
    private const int OwnEvents = 2;
    private static readonly string?[] Regions = [Own, Own, "4403", "4406", "Atlantis", null];
    private static readonly string[] Foreign = ["4403", "4406", "Atlantis", "unknown", "none"];
    private static readonly TimeSpan CountedBy = TimeSpan.FromSeconds(60);

    /// <summary>Sends them and waits until they are counted; returns the query of a period that holds them all.</summary>
    public static async Task<string> SendAsync(RouteSuite suite)
    {
        // A comparison of a running day ends with its last whole hour.
        var at = TimeProvider.System.GetUtcNow().AddHours(-2);
        var lines = Events(at, "now").Concat(Events(at.AddDays(-11), "then"));
        var body = new Body(Encoding.UTF8.GetBytes(string.Join('\n', lines)), "application/x-ndjson");
        var taken = await suite.SendAsync(suite.Address, "POST", "/api/v1/kpi/transactions", suite.KeyOf(Roles.Admin), body);
        Assert.True(taken.Status == 202 && taken.Text.Contains("\"rejectedTotal\":0", StringComparison.Ordinal), taken.Text);
        await SetTargetsAsync(suite, at);
        await PutCustomersAsync(suite);
        await UntilCountedAsync(suite, $"from={Day(at, -12)}&to={Day(at, 2)}");
        return $"from={Day(at, -2)}&to={Day(at, 2)}&compare={Day(at, -12)}..{Day(at, -8)}";
    }

    /// <summary>What a caller for one region is told names no other, and counts nothing of another.</summary>
    public static async Task TellOnlyOwnAsync(RouteSuite suite, Findings found, TableRoute route, string query)
    {
        var what = $"{route} {query} for {Own}";
        var everything = await suite.SendAsync(route, suite.KeyOf(Roles.Admin), query);
        var own = await suite.SendAsync(route, suite.RegionalKey, query);
        found.Expect(what, status => status == 200, own, chinese: true);
        // The same question of who may see all does name others: so their absence says something.
        if (!query.Contains("region=", StringComparison.Ordinal) && !Foreign.Any(Cells(everything, route).Contains)) found.Add(what, "there is nothing to leak");
        foreach (var cell in Cells(own, route).Intersect(Foreign)) found.Add(what, $"tells of {cell}");
        if (!Cells(own, route).Contains(Own)) found.Add(what, "does not tell of its own region");
        if (route.Path.EndsWith("/values", StringComparison.Ordinal)) ExpectOwn(found, what, JsonDocument.Parse(own.Bytes).RootElement);
    }

    private static async Task SetTargetsAsync(RouteSuite suite, DateTimeOffset at)
    {
        // The month of the operator's zone, wherever that is.
        var months = new[] { -1, 1 }.Select(days => Day(at, days)[..7]).Distinct();
        var targets = from month in months
                      from region in new[] { Own, "4403", "4406", null }
                      select new { indicator = "successes", region, month, value = 10 };
        var body = new Body(JsonSerializer.SerializeToUtf8Bytes(new { targets }));
        var set = await suite.SendAsync(suite.Address, "PUT", "/api/v1/kpi/targets", suite.KeyOf(Roles.Admin), body);
        Assert.True(set.Status == 200, set.Text);
    }

    /// <summary>Care knows a region as soon as the catalogue's owner has told it.</summary>
    private static async Task PutCustomersAsync(RouteSuite suite)
    {
        var lines = new[] { Own, "4403", "4406" }.Select(region => $$"""{"customer":"c_of{{region}}","region":"{{region}}"}""");
        var body = new Body(Encoding.UTF8.GetBytes(string.Join('\n', lines)), "application/x-ndjson");
        await Tools.UntilAsync("customers in three regions", CountedBy, async () =>
        {
            var put = await suite.SendAsync(suite.Address, "POST", "/api/v1/care/customers", suite.KeyOf(Roles.Admin), body);
            Assert.True(put.Status == 200, put.Text);
            return put.Text.Contains("\"rejectedTotal\":0", StringComparison.Ordinal);
        }, TestContext.Current.CancellationToken);
    }

    private static string Day(DateTimeOffset at, int days) => at.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Events(DateTimeOffset at, string id) => Regions.Select((region, number) => JsonSerializer.Serialize(new
    {
        id = $"{id}-{number}",
        at = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        customer = $"c_routes{number}",
        channel = "app",
        service = "payment.topup",
        outcome = "success",
        region,
    }));

    private static void ExpectOwn(Findings found, string what, JsonElement answer)
    {
        var granted = answer.GetProperty("regions").EnumerateArray().Select(region => region.GetString());
        if (!granted.SequenceEqual([Own])) found.Add(what, $"says that it is granted {string.Join(", ", granted)}");
        var events = answer.GetProperty("values").EnumerateArray().Sum(value => value.GetProperty("n").GetInt64());
        if (events != OwnEvents) found.Add(what, $"counts {events} events, not {OwnEvents}");
    }

    /// <summary>Every text of an answer: of JSON, of a CSV file, of the sheets of a workbook.</summary>
    private static HashSet<string> Cells(Answer answer, TableRoute route)
    {
        char[] between = route.Path.EndsWith(".csv", StringComparison.Ordinal) ? [',', '\r', '\n', '"'] : ['<', '>', '"'];
        return [.. (route.Path.EndsWith(".xlsx", StringComparison.Ordinal) ? Workbook(answer.Bytes) : answer.Text).Split(between)];
    }

    private static string Workbook(byte[] bytes)
    {
        using var zip = new ZipArchive(new MemoryStream(bytes));
        var text = new StringBuilder();
        foreach (var entry in zip.Entries.Where(entry => entry.FullName.Contains("sheets/", StringComparison.Ordinal) || entry.Name == "sharedStrings.xml"))
        {
            using var reader = new StreamReader(entry.Open());
            text.Append(reader.ReadToEnd());
        }
        return text.ToString();
    }

    private static async Task UntilCountedAsync(RouteSuite suite, string period)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await suite.SendAsync(suite.Address, "GET", $"/api/v1/kpi/indicators/attempts/values?{period}", suite.KeyOf(Roles.Admin));
            Assert.True(answer.Status == 200, answer.Text);
            var values = JsonDocument.Parse(answer.Bytes).RootElement.GetProperty("values");
            if (values.EnumerateArray().Sum(value => value.GetProperty("n").GetInt64()) >= 2 * Regions.Length) return;
            Assert.True(TimeProvider.System.GetElapsedTime(since) < CountedBy, $"not counted within {CountedBy}: {answer.Text}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
