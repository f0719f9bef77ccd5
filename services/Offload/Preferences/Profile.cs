using System.Text.Json.Serialization;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Contacts;
using ECommerce.Channels.Platform.Catalogue;

namespace ECommerce.Channels.Offload.Preferences;

/// <summary>What is stored of a customer for deciding: facts, not what follows from them, so that it can be asked for any time.</summary>
/// <param name="Customer">What the directory told last; null: nobody the directory knows.</param>
/// <param name="Uses">Packed: see <see cref="UseList"/>.</param>
/// <param name="Version">Of the customer's profile; it never goes back.</param>
/// <param name="Complaints">Of the last 180 days, and those that are not solved.</param>
/// <param name="Contacts">Of the last 90 days.</param>
internal sealed record StoredProfile(
    CustomerChanged? Customer, byte[] Uses, long Version, IReadOnlyList<ComplaintFacts> Complaints, IReadOnlyList<Contact> Contacts);

/// <param name="Channel">Where it was about one.</param>
internal sealed record ComplaintFacts(string? Channel, bool Open, DateTimeOffset OpenedAt);

/// <summary>What is known of a customer and one channel at one time.</summary>
/// <param name="Share">Of the customer's contacts, 0 to 1: see <see cref="ChannelShare"/>.</param>
/// <param name="Successes">Decayed, on the channel.</param>
/// <param name="Tries">Decayed successes and failures.</param>
/// <param name="LastUse">Null: not in the last 400 days.</param>
internal sealed record ChannelKnowledge(
    PreferenceScore Score, double Share, double Successes, double Tries, int Uses30, int Uses90, int Uses180, int Refusals, DateTimeOffset? LastUse)
{
    public static readonly ChannelKnowledge None = new(default, 0, 0, 0, 0, 0, 0, 0, null);
}

/// <summary>A try on an e-channel that failed lately.</summary>
/// <param name="Minute">Since 1970.</param>
/// <param name="Task">Hash of its task; 0 where there was none.</param>
/// <param name="Group">Of its service.</param>
internal readonly record struct FailedTry(int Minute, uint Task, string Group);

/// <summary>
/// What is known of a customer at one time, ready for deciding; all of it is kept with the decision, so that it can be explained, and
/// made again under other rules. Never changes.
/// </summary>
/// <param name="Known">The directory knows the customer.</param>
/// <param name="Guidance">Channels to which the customer may be led.</param>
/// <param name="Channels">By code.</param>
/// <param name="Contacts">Of the last 31 days, those that count against allowances.</param>
internal sealed record Profile(
    bool Known, string? Tier, string? Stage, string? Brand, string? Region, string? Language, IReadOnlyList<string> Tags, string? PreferredChannel,
    IReadOnlyList<string> Guidance, IReadOnlyDictionary<string, ChannelKnowledge> Channels, int OpenComplaints, IReadOnlyList<FailedTry> FailedTries,
    IReadOnlyList<Contact> Contacts)
{
    public static readonly Profile Nobody = new(false, null, null, null, null, null, [], null, [], new Dictionary<string, ChannelKnowledge>(), 0, [], []);

    private (KnownChannel[] Channels, ChannelKnowledge[] Known)? placed;

    /// <summary>What is known of each of these channels, in their order; made once for a catalogue.</summary>
    public ChannelKnowledge[] Of(KnownChannel[] channels)
    {
        if (placed is { } made && ReferenceEquals(made.Channels, channels)) return made.Known;
        var known = Array.ConvertAll(channels, channel => On(channel.Code));
        placed = (channels, known);
        return known;
    }

    public ChannelKnowledge On(string channel) => Channels.TryGetValue(channel, out var known) ? known : ChannelKnowledge.None;

    public bool MayBeLedTo(string channel)
    {
        for (var i = 0; i < Guidance.Count; i++)
            if (Guidance[i] == channel) return true;
        return false;
    }
}

[JsonSerializable(typeof(StoredProfile))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ProfileJson : JsonSerializerContext;
