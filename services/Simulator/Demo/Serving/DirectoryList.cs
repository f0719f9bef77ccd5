using System.Text.Json;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo.Serving;

/// <summary>
/// Tells care's directory of the operator's customers, list by list and without haste: whoever works with the suite meanwhile is not to
/// notice. After a crash it goes on; the list that was on its way is sent again, which changes nothing.
/// </summary>
internal sealed class DirectoryList(SuiteClient suite, DemoStore store, TimeProvider time)
{
    /// <summary>Customers in one request.</summary>
    public const int Length = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Erasures on their way at a time.</summary>
    private const int AtOnce = 4;

    private readonly SuiteClient portal = suite.As(Staff.Portal);
    private readonly SuiteClient eraser = suite.As(Staff.Eraser);

    public async Task SendAsync(DemoOperator demo, CancellationToken stop)
    {
        while (await store.FindAsync(stop) is { Removal: null } state && state.CustomersTold < demo.Population)
        {
            var told = Math.Min(state.CustomersTold + Length, demo.Population);
            Check(await portal.PostLinesAsync("/api/v1/care/customers", Lines(demo, state.CustomersTold, told, demo.DayOf(time.GetUtcNow())), stop));
            await store.CustomersToldAsync(told, stop);
            if (told < demo.Population) await Task.Delay(Pause, time, stop);
        }
    }

    /// <summary>Every customer of the demo is forgotten, as any other who asks for it. Done again after a crash it goes on.</summary>
    public Task EraseAsync(DemoState state, CancellationToken stop) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, state.CustomersTold), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop },
            async (number, cancellation) => await eraser.TryDeleteAsync("/api/v1/care/customers/" + DemoEvent.PseudonymOf(number), cancellation));

    /// <summary>Customers from one number to before another, a line each.</summary>
    internal static byte[] Lines(DemoOperator demo, int from, int to, DateOnly today) =>
        [.. Enumerable.Range(from, to - from).SelectMany(number => Profile.Of(demo, number, today).Line())];

    private static void Check(JsonElement answer)
    {
        if (answer.GetProperty("rejectedTotal").GetInt32() > 0)
            throw new SuiteRefusedException(200, $"{answer.GetProperty("rejectedTotal")} customers were refused, first {answer.GetProperty("rejected")[0]}");
    }
}
