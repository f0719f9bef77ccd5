using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Load;

/// <summary>How much to send.</summary>
/// <param name="Rate">Transactions a second.</param>
/// <param name="Provinces">From 31 provinces, which a new installation's catalogue does not have, instead of its cities.</param>
internal sealed record LoadPlan(int Rate, TimeSpan For, bool Provinces);

/// <summary>What became of it.</summary>
/// <param name="Sent">Transactions that the log has acknowledged.</param>
/// <param name="PerSecond">Over the whole run, to the last acknowledgement; less than the rate asked for where the suite could not keep up.</param>
/// <param name="Refusals">Answers 429 and 503, which were waited out.</param>
/// <param name="P50Ms">Of a request, from its first byte to the acknowledgement, refusals included.</param>
internal sealed record LoadResult(long Sent, double Seconds, double PerSecond, long Requests, long Refusals, double P50Ms, double P99Ms);

/// <summary>
/// Transactions of now at a steady rate: what happened on a day of the demo operator, by a million other customers. What is due is sent ten
/// times a second, several requests at a time; what could not be sent in time is sent late, never left out.
/// </summary>
internal sealed class LoadGenerator(HttpClient http, TimeProvider time)
{
    private const int InFlight = 4;
    private const int MostLines = 20_000;
    private const int FirstCustomer = 16_000_000;
    private const int Customers = 1_000_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly List<double> milliseconds = [];
    private long sequence;
    private long sent;
    private long refusals;

    /// <param name="told">Once a second: how many were sent so far.</param>
    public async Task<LoadResult> RunAsync(LoadPlan plan, Action<long> told, CancellationToken cancellation)
    {
        var templates = Templates(plan);
        var started = time.GetTimestamp();
        var total = (long)(plan.Rate * plan.For.TotalSeconds);
        var running = new List<Task>();
        var lastTold = 0.0;
        for (var planned = 0L; planned < total;)
        {
            var elapsed = time.GetElapsedTime(started);
            var due = Math.Min(total, (long)(plan.Rate * elapsed.TotalSeconds)) - planned;
            if (due <= 0 || running.Count == InFlight)
            {
                await (running.Count == InFlight ? Task.WhenAny(running) : Task.Delay(Tick, time, cancellation));
                running.RemoveAll(task => task.IsCompletedSuccessfully);
                await Task.WhenAll(running.Where(task => task.IsCompleted));
            }
            else
            {
                var count = (int)Math.Min(due, MostLines);
                planned += count;
                running.Add(SendAsync(templates, count, cancellation));
            }
            if (elapsed.TotalSeconds - lastTold < 1) continue;
            lastTold = elapsed.TotalSeconds;
            told(Volatile.Read(ref sent));
        }
        await Task.WhenAll(running);
        return Result(time.GetElapsedTime(started));
    }

    private static DemoEvent[] Templates(LoadPlan plan)
    {
        var now = TimeProvider.System.GetUtcNow();
        var demo = new DemoOperator(DemoOperator.DefaultSeed, now, TimeZoneInfo.Utc);
        var day = demo.EventsOf(demo.DayOf(now).AddDays(-60));
        return plan.Provinces
            ? [.. day.Select((one, place) => one with { Region = (byte)(Codes.Cities + (place % (Codes.Regions.Length - Codes.Cities))) })]
            : day;
    }

    private async Task SendAsync(DemoEvent[] templates, int count, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(count * DemoEvent.LongestLine);
        try
        {
            var length = Write(templates, count, buffer);
            var started = time.GetTimestamp();
            await PostAsync(buffer.AsMemory(0, length), cancellation);
            lock (milliseconds) milliseconds.Add(time.GetElapsedTime(started).TotalMilliseconds);
            Interlocked.Add(ref sent, count);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private int Write(DemoEvent[] templates, int count, byte[] buffer)
    {
        var now = time.GetUtcNow();
        var first = Interlocked.Add(ref sequence, count) - count;
        var length = 0;
        for (var place = first; place < first + count; place++)
        {
            // A customer comes once a second at most, so that second and customer make the id.
            var one = templates[place % templates.Length] with
            {
                At = now.ToUnixTimeMilliseconds(),
                Day = (int)(now.ToUnixTimeSeconds() % int.MaxValue),
                Customer = FirstCustomer + (int)(place % Customers),
                Task = 0,
                Step = 0,
            };
            length += one.Write(buffer.AsSpan(length));
        }
        return length;
    }

    private async Task PostAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellation)
    {
        while (true)
        {
            using var content = new ReadOnlyMemoryContent(lines) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
            using var response = await http.PostAsync(new Uri("/api/v1/kpi/transactions", UriKind.Relative), content, cancellation);
            if (response.IsSuccessStatusCode) return;
            if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
                throw new HttpRequestException($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellation)}", null, response.StatusCode);
            Interlocked.Increment(ref refusals);
            await Task.Delay(response.Headers.RetryAfter?.Delta ?? Tick, time, cancellation);
        }
    }

    private LoadResult Result(TimeSpan took)
    {
        milliseconds.Sort();
        double at(double q) => milliseconds.Count == 0 ? 0 : Math.Round(milliseconds[(int)Math.Ceiling(q * milliseconds.Count) - 1], 1);
        return new LoadResult(sent, Math.Round(took.TotalSeconds, 2), Math.Round(sent / took.TotalSeconds), milliseconds.Count, refusals, at(.5), at(.99));
    }
}
