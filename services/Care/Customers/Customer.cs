using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Care.Customers;

/// <summary>A customer of the directory, without what is sealed.</summary>
/// <param name="Id">The pseudonym.</param>
/// <param name="Stage">Of the customer's life cycle: entry, mature or decline.</param>
/// <param name="Tier">ordinary, silver, gold, diamond or vip.</param>
/// <param name="Language">zh-CN or en.</param>
/// <param name="PreferredChannel">The channel the customer asked to be served by.</param>
/// <param name="Manager">User name of the dedicated manager.</param>
/// <param name="ConsentVersion">Counts what the customer said about consents.</param>
/// <param name="Revision">Counts changes of the customer, consents included; the sequence of its events.</param>
public sealed record Customer(
    string Id, string? Stage, string? Tier, string? Brand, string? Region, string? Language, IReadOnlyList<string> Tags, string? PreferredChannel,
    string? Manager, bool HasAddress, bool HasNote, long ConsentVersion, long Revision, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>Words and shapes of the directory.</summary>
public static class CustomerRules
{
    public const string Ordinary = "ordinary";

    /// <summary>From the least to the most valued.</summary>
    public static readonly string[] Tiers = [Ordinary, "silver", "gold", "diamond", "vip"];

    public static readonly string[] Stages = ["entry", "mature", "decline"];

    public static readonly string[] Languages = ["zh-CN", "en"];

    /// <summary>Place among the tiers, 0 the least; a customer without one is ordinary.</summary>
    public static int RankOf(string? tier) => Math.Max(0, Array.IndexOf(Tiers, tier ?? Ordinary));

    /// <summary>The pseudonym in a field, with an error where it is none.</summary>
    public static string Read(JsonFields fields, string name = "customer")
    {
        var text = fields.String(name);
        if (text.Length > 0 && !CustomerId.IsValid(text)) fields.Fail(name, "须为客户标识 c_…", "Must be a customer's pseudonym, c_…");
        return text;
    }
}
