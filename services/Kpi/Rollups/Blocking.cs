namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>
/// Waits for a task on a thread that is ours alone. The roll-up thread belongs to librdkafka's poll loop, whose callbacks are
/// synchronous; nothing else may block.
/// </summary>
internal static class Blocking
{
    public static T Run<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();

    public static void Run(Func<Task> work) => Task.Run(work).GetAwaiter().GetResult();
}
