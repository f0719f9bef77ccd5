using System.Text;

namespace ECommerce.Channels.Benchmarks.Rollups;

/// <summary>
/// Makes transactions as an operator's channels send them, the same for the same seed: a million customers with a home region and
/// brand, 10 channels × 40 services, ten minutes of event time, 1 % sent twice, 2 % late by up to two days.
/// </summary>
internal sealed class EventMaker(int seed, long start, int customers = 1_000_000)
{
    public const int Channels = 10, Services = 40, Regions = 31, Brands = 3;
    private const int SpanMs = 10 * 60_000;

    private readonly Random random = new(seed);
    private readonly string[] names = [.. Enumerable.Range(0, customers).Select(Pseudonym)];
    private readonly Queue<(string Customer, byte[] Value)> again = new();
    private readonly StringBuilder text = new();
    private long made;

    /// <summary>The next event: its customer and its JSON (about 250 bytes).</summary>
    public (string Customer, byte[] Value) Next()
    {
        if (again.Count > 1_000) return again.Dequeue();
        var number = random.Next(customers);
        var at = start + random.Next(SpanMs) - (random.Next(100) < 2 ? random.NextInt64(2 * 86_400_000L) : 0);
        var outcome = random.Next(100) switch
        {
            < 94 => "success",
            < 98 => "failed\",\"reason\":\"timeout",
            _ => "abandoned",
        };
        text.Clear().Append("{\"id\":\"").Append(seed).Append('-').Append(made++).Append("\",\"source\":\"bench\",\"at\":\"")
            .Append(DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"))
            .Append("\",\"customer\":\"").Append(names[number]).Append("\",\"channel\":\"channel-").Append(random.Next(Channels))
            .Append("\",\"service\":\"service-").Append(random.Next(Services)).Append("\",\"region\":\"region-").Append(number % Regions)
            .Append("\",\"brand\":\"brand-").Append(number % Brands).Append("\",\"outcome\":\"").Append(outcome)
            .Append("\",\"amount\":").Append(random.Next(1, 500) * 100).Append(",\"durationMs\":").Append(random.Next(50, 5_000)).Append('}');
        var next = (names[number], Encoding.UTF8.GetBytes(text.ToString()));
        if (random.Next(100) == 0) again.Enqueue(next);
        return next;
    }

    private static string Pseudonym(int number) =>
        "c_b" + Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number)), 0, 18).Replace('+', '-').Replace('/', '_');
}
