using System.Collections.Concurrent;
using System.Security.Claims;

namespace ECommerce.Channels.Platform.Security;

/// <summary>
/// Tokens whose signature was checked a moment ago: the gateway sends the same one for half a minute, and checking it costs a tenth of a
/// millisecond. Kept for ten seconds at most, and never past its own end.
/// </summary>
internal sealed class ValidatedTokens(TimeProvider time)
{
    private const int Most = 10_000;
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, (ClaimsPrincipal Principal, DateTimeOffset Until)> tokens = new(StringComparer.Ordinal);

    public ClaimsPrincipal? Find(string token)
    {
        if (!tokens.TryGetValue(token, out var found)) return null;
        if (time.GetUtcNow() < found.Until) return found.Principal;
        tokens.TryRemove(token, out _);
        return null;
    }

    public void Remember(string token, ClaimsPrincipal principal, DateTime validTo)
    {
        if (tokens.Count >= Most) tokens.Clear();
        var until = time.GetUtcNow() + Kept;
        var end = new DateTimeOffset(DateTime.SpecifyKind(validTo, DateTimeKind.Utc));
        tokens[token] = (principal, until < end ? until : end);
    }
}
