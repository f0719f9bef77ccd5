using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Contracts.Transactions;
using ECommerce.Channels.Platform.Catalogue;

namespace ECommerce.Channels.Offload.Preferences;

/// <summary>Makes what is stored of a customer into what is known at a time; what is later is left out, so that the past can be asked too.</summary>
internal sealed class ProfileMaker(KnownCatalogue catalogue, ProfileCodes codes)
{
    private const int FailedDays = 7;
    private const int AllowanceDays = 31;
    private const int RefusalDays = 90;

    public Profile Of(StoredProfile stored, DateTimeOffset now)
    {
        var uses = new NamedUses(UseList.Read(stored.Uses), codes, now);
        var channels = catalogue.Channels.Keys.ToDictionary(code => code, code => Know(code, stored, uses, now), StringComparer.Ordinal);
        var contacts = stored.Contacts.Where(one => one.Spends && one.At > now.AddDays(-AllowanceDays) && one.At <= now).ToList();
        var open = stored.Complaints.Count(one => one.Open && one.OpenedAt <= now);
        if (stored.Customer is not { } customer) return Profile.Nobody with { Channels = channels, OpenComplaints = open, Contacts = contacts };
        return new Profile(
            true, customer.Tier, customer.Stage, customer.Brand, customer.Region, customer.Language, customer.Tags, customer.PreferredChannel,
            [.. customer.Consents.Where(one => one is { Purpose: ConsentPurposes.Guidance, Given: true }).Select(one => one.Channel)], channels, open,
            [.. Failed(uses, now)], contacts);
    }

    private ChannelKnowledge Know(string channel, StoredProfile stored, NamedUses uses, DateTimeOffset now)
    {
        var on = uses.On(channel);
        var refusals = stored.Contacts.Count(one => one.Refused && one.Channel == channel && one.At > now.AddDays(-RefusalDays) && one.At <= now);
        var facts = new ScoreFacts(
            on.Uses180, on.Periods, Electronic.Where(code => code != channel).Sum(code => uses.On(code).Uses180), Electronic.Any(code => uses.On(code).Successes30 > 0),
            stored.Complaints.Count(one => one.Channel == channel && one.OpenedAt > now.AddDays(-Scoring.Days) && one.OpenedAt <= now), refusals,
            stored.Customer?.Consents.Any(one => one is { Purpose: ConsentPurposes.Guidance, Given: false } && one.Channel == channel) ?? false);
        return new ChannelKnowledge(
            Scoring.Of(facts), ChannelShare.Mean(on.Weight, uses.Weight, catalogue.Channels.Count), on.Successes, on.Tries, on.Uses30, on.Uses90, on.Uses180,
            refusals, on.LastMinute is { } minute ? DateTimeOffset.FromUnixTimeSeconds(minute * 60L) : null);
    }

    private IEnumerable<string> Electronic => catalogue.Channels.Values.Where(one => one is { Electronic: true, Assisted: false }).Select(one => one.Code);

    private IEnumerable<FailedTry> Failed(NamedUses uses, DateTimeOffset now)
    {
        var since = now.AddDays(-FailedDays).ToUnixTimeSeconds() / 60;
        foreach (var (use, channel, service) in uses.All)
        {
            if (use.Minute < since) yield break;
            if (use.Outcome != Outcome.Failed || use.Assisted || !catalogue.Channels.TryGetValue(channel, out var known) || !known.Electronic) continue;
            yield return new FailedTry(use.Minute, use.Task, catalogue.Services.TryGetValue(service, out var kind) ? kind.Group : service);
        }
    }
}
