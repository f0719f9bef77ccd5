using System.Text.Json;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Import;

/// <summary>Adds transactions up in the simplest way there is, and compares the sums with the expected answer, cell by cell.</summary>
internal static class ExpectedCells
{
    private static readonly string[] Counts =
        ["attempts", "success", "failed", "abandoned", "amount", "paymentAmount", "electronicPaymentAmount", "offloadable", "offloaded", "packageVolume", "numberSelectionVolume", "campaignVolume"];

    public static Dictionary<(string Day, string Channel), Dictionary<string, long>> Of(IEnumerable<JsonElement> transactions, JsonElement expected)
    {
        var electronic = expected.GetProperty("electronic").EnumerateArray().Select(code => code.GetString()!).ToHashSet();
        var known = expected.GetProperty("names").GetProperty("channels").EnumerateObject().Select(name => name.Value.GetString()!).ToHashSet();
        var offloadable = expected.GetProperty("names").GetProperty("offloadable").EnumerateArray().Select(code => code.GetString()!).ToHashSet();
        var groups = expected.GetProperty("groups").Deserialize<Dictionary<string, string>>()!;
        var cells = new Dictionary<(string, string), Dictionary<string, long>>();
        var customers = new Dictionary<(string, string, string), HashSet<string>>();
        foreach (var one in transactions)
        {
            var raw = one.GetProperty("channel").GetString()!;
            var channel = known.Contains(raw) ? raw : "unknown";
            var day = one.GetProperty("at").GetString()![..10];
            foreach (var cell in (ReadOnlySpan<(string, string)>)[("*", "*"), ("*", channel), (day, "*"), (day, channel)])
            {
                if (!cells.TryGetValue(cell, out var sums)) cells[cell] = sums = [];
                Add(sums, one, electronic.Contains(channel), offloadable, groups);
                Seen(customers, (cell.Item1, cell.Item2, "activeCustomers"), one);
                if (one.GetProperty("outcome").GetString() == "success") Seen(customers, (cell.Item1, cell.Item2, "customers"), one);
            }
        }
        foreach (var ((day, channel, name), set) in customers) cells[(day, channel)][name] = set.Count;
        return cells;
    }

    public static void Check(JsonElement cell, Dictionary<(string Day, string Channel), Dictionary<string, long>> cells)
    {
        var key = (cell.GetProperty("day").GetString()!, cell.GetProperty("channel").GetString()!);
        var sums = cells[key];
        foreach (var figure in cell.EnumerateObject())
        {
            if (figure.Name is "day" or "channel" or "successRate") continue;
            Assert.True(figure.Value.GetInt64() == sums.GetValueOrDefault(figure.Name), $"{key} {figure.Name}: {sums.GetValueOrDefault(figure.Name)}, expected {figure.Value}");
        }
        foreach (var name in Counts.Where(name => sums.GetValueOrDefault(name) != 0)) Assert.True(cell.TryGetProperty(name, out _), $"{key} {name}");
    }

    private static void Add(Dictionary<string, long> sums, JsonElement one, bool electronic, HashSet<string> offloadable, Dictionary<string, string> groups)
    {
        void Count(string name, long by = 1) => sums[name] = sums.GetValueOrDefault(name) + by;
        var outcome = one.GetProperty("outcome").GetString()!;
        var service = one.GetProperty("service").GetString()!;
        var amount = one.TryGetProperty("amount", out var fen) ? fen.GetInt64() : 0;
        Count("attempts");
        Count(outcome);
        if (outcome == "failed") Count("failed." + one.GetProperty("reason").GetString());
        else Assert.False(one.TryGetProperty("reason", out _));
        if (outcome != "success") return;
        Count("amount", amount);
        var assisted = one.TryGetProperty("assisted", out var by) && by.GetBoolean();
        if (offloadable.Contains(service))
        {
            Count("offloadable");
            if (electronic && !assisted) Count("offloaded");
        }
        switch (groups.GetValueOrDefault(service))
        {
            case "payment":
                Count("paymentAmount", amount);
                if (electronic) Count("electronicPaymentAmount", amount);
                break;
            case { } group when electronic:
                Count(group switch { "package" => "packageVolume", "campaign" => "campaignVolume", _ => "numberSelectionVolume" });
                break;
        }
    }

    private static void Seen(Dictionary<(string, string, string), HashSet<string>> customers, (string, string, string) key, JsonElement one)
    {
        if (!customers.TryGetValue(key, out var set)) customers[key] = set = [];
        set.Add(one.GetProperty("customer").GetString()!);
    }
}
