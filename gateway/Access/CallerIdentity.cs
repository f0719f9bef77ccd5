using System.Security.Claims;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Gateway.Access;

/// <summary>Who calls, with the limits of that person or key. One object lives until something about its caller changes.</summary>
internal sealed class CallerIdentity : ClaimsPrincipal
{
    public CallerIdentity(Caller caller, int requestsPerMinute, long ingestBytesPerSecond, bool bySession)
        : base(new ClaimsIdentity(ClaimsOf(caller), "channels", CallerClaims.Subject, CallerClaims.Role))
    {
        Caller = caller;
        RequestsPerMinute = requestsPerMinute;
        IngestBytesPerSecond = ingestBytesPerSecond;
        BySession = bySession;
    }

    public Caller Caller { get; }

    public int RequestsPerMinute { get; }

    public long IngestBytesPerSecond { get; }

    /// <summary>A browser that sends its cookie whether or not its user meant to.</summary>
    public bool BySession { get; }

    public static CallerIdentity? Of(HttpContext context) => context.User as CallerIdentity;

    private static List<Claim> ClaimsOf(Caller caller) =>
    [
        new(CallerClaims.Subject, caller.Subject),
        new(CallerClaims.Name, caller.Name),
        .. caller.Roles.Select(role => new Claim(CallerClaims.Role, role)),
        .. (caller.Regions.All ? ["*"] : caller.Regions.Codes).Select(region => new Claim(CallerClaims.Region, region)),
        .. caller.Source is { } source ? [new Claim(CallerClaims.Source, source)] : Array.Empty<Claim>(),
    ];
}
