namespace ECommerce.Channels.Gateway.Limits;

/// <summary>
/// So many bytes a second, two seconds' worth at once. A request is let in while anything is left and may then overdraw: how long a body
/// will be is not always known, and one of the largest size must get through even a small allowance. What was overdrawn is waited for.
/// </summary>
internal sealed class ByteAllowance(long bytesPerSecond, TimeProvider time)
{
    private const double BurstSeconds = 2;
    private readonly Lock gate = new();
    private double left = bytesPerSecond * BurstSeconds;
    private long countedAt = time.GetTimestamp();

    /// <summary>What is left now, never below zero.</summary>
    public long Left
    {
        get
        {
            lock (gate) return (long)Math.Max(0, Refilled());
        }
    }

    /// <summary>How long to wait until something is left; null for not at all.</summary>
    public TimeSpan? Wait()
    {
        lock (gate) return Refilled() > 0 ? null : TimeSpan.FromSeconds((1 - left) / bytesPerSecond);
    }

    public void Spend(long bytes)
    {
        lock (gate) left = Refilled() - bytes;
    }

    private double Refilled()
    {
        var now = time.GetTimestamp();
        left = Math.Min(bytesPerSecond * BurstSeconds, left + (time.GetElapsedTime(countedAt, now).TotalSeconds * bytesPerSecond));
        countedAt = now;
        return left;
    }
}
