using System.Threading.RateLimiting;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.AspNetCore.Identity;

namespace ECommerce.Channels.Gateway.Access;

/// <summary>
/// Passwords by the framework's hasher. A hash costs tens of milliseconds of a core on purpose, so only a few are computed at a time;
/// who would have to wait too long is asked to come back.
/// </summary>
internal sealed class Passwords : IDisposable
{
    private static readonly object Nobody = new();
    private readonly PasswordHasher<object> hasher = new();
    private readonly string hashOfNobody;
    private readonly ConcurrencyLimiter gate = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = Math.Max(1, Environment.ProcessorCount / 2),
        QueueLimit = 64,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public Passwords() => hashOfNobody = hasher.HashPassword(Nobody, Guid.NewGuid().ToString());

    public Task<string> HashAsync(string password, CancellationToken cancellation) =>
        GuardedAsync(() => hasher.HashPassword(Nobody, password), cancellation);

    /// <summary>Checks a password; without a hash it takes the same time and says no.</summary>
    public async Task<bool> VerifyAsync(string? hash, string password, CancellationToken cancellation)
    {
        var verified = await GuardedAsync(() => hasher.VerifyHashedPassword(Nobody, hash ?? hashOfNobody, password), cancellation);
        return hash is not null && verified != PasswordVerificationResult.Failed;
    }

    public void Dispose() => gate.Dispose();

    private async Task<T> GuardedAsync<T>(Func<T> compute, CancellationToken cancellation)
    {
        using var turn = await gate.AcquireAsync(1, cancellation);
        if (!turn.IsAcquired) throw new ProblemException(Problem.TooMany(TimeSpan.FromSeconds(5)));
        return await Task.Run(compute, cancellation);
    }
}
