using System.Collections.Concurrent;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Gateway.Proxy;

/// <summary>Signing costs tens of microseconds, so a token is used for half its life; a caller whose roles changed is another object and gets another.</summary>
internal sealed class CallerTokenCache(CallerTokens tokens, TimeProvider time)
{
    private const int Most = 50_000;
    private static readonly TimeSpan Used = CallerTokenFormat.Lifetime / 2;
    private readonly ConcurrentDictionary<(string Subject, string Service), Entry> entries = new();

    /// <summary>The value of the header Authorization.</summary>
    public string For(Caller caller, string service)
    {
        var now = time.GetUtcNow();
        if (entries.TryGetValue((caller.Subject, service), out var entry) && ReferenceEquals(entry.Caller, caller) && now < entry.Until)
            return entry.Header;
        var header = "Bearer " + tokens.Sign(caller, service);
        if (entries.Count >= Most) entries.Clear();
        entries[(caller.Subject, service)] = new Entry(caller, header, now + Used);
        return header;
    }

    private sealed record Entry(Caller Caller, string Header, DateTimeOffset Until);
}
