using System.Security.Claims;

namespace ECommerce.Channels.Platform.Security;

/// <summary>Names of the claims in the signed token that the gateway passes to a service.</summary>
public static class CallerClaims
{
    public const string Subject = "sub";
    public const string Name = "name";
    public const string Role = "role";

    /// <summary>A granted region code, one claim each; <c>*</c> is all of them.</summary>
    public const string Region = "region";

    /// <summary>The feed that events sent with this credential belong to.</summary>
    public const string Source = "source";
}

/// <summary>The regions a person or key may see: all, or the sub-trees of the granted codes.</summary>
public sealed record RegionGrant(bool All, IReadOnlyList<string> Codes)
{
    /// <summary>What a claim holds in place of a code where every region is granted.</summary>
    public const string EveryCode = "*";

    public static readonly RegionGrant Everything = new(true, []);

    public static RegionGrant Of(IReadOnlyCollection<string> claims) =>
        claims.Contains(EveryCode) ? Everything : new(false, [.. claims.Order(StringComparer.Ordinal)]);
}

/// <summary>Who calls: a person with a session, or a program with a key.</summary>
/// <param name="Subject">Stable id: <c>user:NAME</c> or <c>key:ID</c>. It is what audit lines carry.</param>
public sealed record Caller(string Subject, string Name, IReadOnlyList<string> Roles, RegionGrant Regions, string? Source)
{
    public bool Is(string role) => Roles.Contains(role);

    public static Caller Of(ClaimsPrincipal user) => new(
        user.FindFirstValue(CallerClaims.Subject) ?? "",
        user.FindFirstValue(CallerClaims.Name) ?? "",
        [.. user.FindAll(CallerClaims.Role).Select(claim => claim.Value)],
        RegionGrant.Of([.. user.FindAll(CallerClaims.Region).Select(claim => claim.Value)]),
        user.FindFirstValue(CallerClaims.Source));
}
