namespace ECommerce.Channels.Kpi.Tests.Rollups;

/// <summary>Transactions for tests, the same for the same seed: known and unknown codes, missing fields, several days and months.</summary>
internal sealed class EventStream(int seed, DateTimeOffset from, int days)
{
    private static readonly string[] Channels = ["app", "web", "counter", "agent", "微信小程序"];
    private static readonly string[] Services = ["payment.topup", "plan.change", "balance.query"];
    private static readonly string?[] Regions = ["4401", "4403", null, "9999"];
    private static readonly string?[] Brands = ["gotone", null];
    private readonly Random random = new(seed);
    private int made;

    public MadeEvent Next()
    {
        var outcome = random.Next(10) switch
        {
            < 7 => "success",
            < 9 => "failed",
            _ => "abandoned",
        };
        var channel = Pick(Channels);
        return new MadeEvent(
            $"{seed}-{made++}", $"c_test{random.Next(200):000}x{seed}", from.AddMilliseconds(random.NextInt64(days * 86_400_000L)), channel,
            Pick(Services), Pick(Regions), Pick(Brands), outcome, outcome == "failed" ? Pick("timeout", "wrong-password", null) : null,
            random.Next(0, 500) * 100, random.Next(0, 60_000), channel is "counter" or "agent");
    }

    public List<MadeEvent> Take(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    private T Pick<T>(params T[] from) => from[random.Next(from.Length)];
}
