using System.Text.Json.Serialization;
using ECommerce.Channels.Offload.Health;
using ECommerce.Channels.Offload.Preferences;

namespace ECommerce.Channels.Offload.Decisions;

/// <summary>Why one channel was chosen or not.</summary>
/// <param name="Verdict">chosen or rejected.</param>
internal sealed record ReasonBody(string Channel, string Verdict, string Code, Words Text);

/// <summary>An answer to the question of which channel to offer.</summary>
/// <param name="Id">Signed; later transactions carry it.</param>
/// <param name="Action">offer or stay.</param>
/// <param name="Arm">treated or holdout, whatever the guards say.</param>
/// <param name="Rule">That applied.</param>
/// <param name="RuleSet">Number of the published set.</param>
/// <param name="NextOfferAt">When the contact allowance lets an offer pass again; null where it is not what stands in the way.</param>
/// <param name="Reasons">One for every channel of the catalogue, in its order.</param>
internal sealed record Decision(
    string Id, string Action, string? Channel, string Arm, string? Rule, int RuleSet, string? Policy, DateTimeOffset? NextOfferAt, Script? Script,
    IReadOnlyList<ReasonBody> Reasons)
{
    public const string Offer = "offer";
    public const string Stay = "stay";
}

/// <summary>A question as it was asked.</summary>
/// <param name="Channel">Where the customer is now.</param>
internal sealed record Question(string Customer, string Service, string Channel, string? Task);

/// <summary>All that a decision stood on, kept with it.</summary>
/// <param name="Health">Of the e-channels with the service, then.</param>
/// <param name="LocalMinute">By the operator's clock.</param>
internal sealed record DecisionFacts(Profile Profile, IReadOnlyDictionary<string, HealthNow> Health, DateTimeOffset At, long LocalMinute, uint Task);

/// <summary>A decision on its way into the log.</summary>
/// <param name="Group">Of the service.</param>
/// <param name="Saving">What it costs less on the channel that was chosen, fen; of the holdout too; 0 where none was.</param>
internal sealed record LoggedDecision(Question Question, Decision Decision, bool Eligible, DecisionFacts Facts, string Group, long Saving);

[JsonSerializable(typeof(DecisionFacts))]
[JsonSerializable(typeof(Decision))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class DecisionJson : JsonSerializerContext;
