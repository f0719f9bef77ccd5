using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Suite.CommandLine;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.FirstFigure;

/// <summary>Reads every figure of <c>boss-export.expected.json</c> through the public API and compares it to the last unit.</summary>
internal sealed class ExpectedFigures(SuiteFile suite)
{
    private const double Rounding = 5.1e-7;
    public static readonly JsonElement Expected = JsonDocument.Parse(File.ReadAllBytes(Checkout.Data("boss-export.expected.json"))).RootElement;

    private readonly HttpClient http = Client(suite, "manager");

    public static HttpClient Client(SuiteFile suite, string role)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(suite.Address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", suite.Accounts.Single(account => account.Role == role).ApiKey);
        return client;
    }

    /// <summary>How many figures were compared; a test that compares none proves nothing.</summary>
    public int Compared { get; private set; }

    public async Task CheckAsync()
    {
        await CellsAsync("attempts", "attempts");
        await CellsAsync("successes", "success");
        await CellsAsync("failures", "failed");
        await CellsAsync("abandoned", "abandoned");
        await CellsAsync("amount", "amount");
        await CellsAsync("payment-amount", "paymentAmount");
        await CellsAsync("electronic-payment-amount", "electronicPaymentAmount");
        await CellsAsync("package-volume", "packageVolume");
        await CellsAsync("campaign-volume", "campaignVolume");
        await CellsAsync("number-selection-volume", "numberSelectionVolume");
        await CellsAsync("customers", "customers");
        await CellsAsync("active-customers", "activeCustomers");
        await CellsAsync("success-rate", "successRate");
        await CellsAsync("offload-rate", "offloaded", "numerator");
        foreach (var reason in new[] { "timeout", "insufficient-balance", "wrong-password", "conflict" })
            await CellsAsync("failures", "failed." + reason, reason: reason);
        await DaysAsync("offload-rate", "offloadRate");
        await DaysAsync("electronic-customers", "electronicCustomers");
    }

    private async Task CellsAsync(string indicator, string field, string figure = "value", string? reason = null)
    {
        var found = new Dictionary<(string, string), double>();
        foreach (var grain in new[] { "total", "day" })
            foreach (var by in new[] { "", "channel" })
                await AddAsync(found, indicator, grain, by, figure, reason);
        foreach (var cell in Expected.GetProperty("cells").EnumerateArray())
        {
            var key = (cell.GetProperty("day").GetString()!, cell.GetProperty("channel").GetString()!);
            var expected = cell.TryGetProperty(field, out var value) ? value.GetDouble() : 0;
            Compare($"{indicator} {reason} {key}", expected, found.GetValueOrDefault(key));
        }
    }

    private async Task AddAsync(Dictionary<(string, string), double> found, string indicator, string grain, string by, string figure, string? reason)
    {
        var dimensions = string.Join(',', new[] { by, reason is null ? "" : "reason" }.Where(name => name.Length > 0));
        foreach (var value in await ValuesAsync(indicator, grain, dimensions))
        {
            if (reason is not null && value.GetProperty("reason").GetString() != reason) continue;
            var day = grain == "day" ? value.GetProperty("at").GetString()! : "*";
            found[(day, by.Length > 0 ? value.GetProperty("channel").GetString()! : "*")] = value.GetProperty(figure).GetDouble();
        }
    }

    private async Task DaysAsync(string indicator, string field)
    {
        var found = new Dictionary<(string, string), double>();
        await AddAsync(found, indicator, "total", "", "value", null);
        await AddAsync(found, indicator, "day", "", "value", null);
        foreach (var day in Expected.GetProperty(field).EnumerateObject())
            Compare($"{indicator} {day.Name}", day.Value.GetDouble(), found[(day.Name, "*")]);
    }

    private async Task<List<JsonElement>> ValuesAsync(string indicator, string grain, string by)
    {
        var answer = await http.GetFromJsonAsync<JsonElement>(
            $"/api/v1/kpi/indicators/{indicator}/values?from=2026-09-28&to=2026-10-08&grain={grain}&by={by}", TestContext.Current.CancellationToken);
        return [.. answer.GetProperty("values").EnumerateArray()];
    }

    /// <summary>Counts and sums are equal; rates are written with six digits in the expected answers.</summary>
    private void Compare(string figure, double expected, double found)
    {
        Compared++;
        var close = expected % 1 == 0 ? found == expected : Math.Abs(found - expected) <= Rounding;
        Assert.True(close, $"{figure}: {found}, expected {expected}");
    }
}
