namespace ECommerce.Channels.Platform.Tests.Hosting;

/// <summary>Waits for what happens by itself, with a deadline.</summary>
internal static class Poll
{
    public static Task UntilAsync(Func<bool> happened) => UntilAsync(() => Task.FromResult(happened()));

    public static async Task UntilAsync(Func<Task<bool>> happened)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await happened())
        {
            if (TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(20)) throw new TimeoutException("It did not happen within 20 s.");
            await Task.Delay(20);
        }
    }
}
