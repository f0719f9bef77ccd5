using System.Text;
using ECommerce.Channels.Contracts;

namespace ECommerce.Channels.Offload.Decisions;

/// <summary>Who is never offered anything, so that the effect of offers can be known: by a hash of the customer alone, for ever the same.</summary>
internal static class Holdout
{
    public const string Treated = "treated";
    public const string Held = "holdout";

    private const int Parts = 10_000;

    /// <param name="percent">0 to 50, in steps of a hundredth.</param>
    public static bool Holds(string customer, double percent) => PartOf(customer) < (int)Math.Round(percent * Parts / 100);

    /// <summary>Salted, so that it has nothing to do with the shard of the customer.</summary>
    private static int PartOf(string customer) => (int)(CustomerShard.Murmur2(Encoding.UTF8.GetBytes("holdout/" + customer)) % Parts);
}
