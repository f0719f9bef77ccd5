using ECommerce.Channels.Contracts.Transactions;

namespace ECommerce.Channels.Offload.Preferences;

/// <summary>A customer's uses counted by channel, as of a time.</summary>
internal sealed class NamedUses
{
    private static readonly Counted None = new();
    private readonly Dictionary<string, Counted> counted = new(StringComparer.Ordinal);

    public NamedUses(List<Use> uses, ProfileCodes codes, DateTimeOffset now)
    {
        var minute = (int)(now.ToUnixTimeSeconds() / 60);
        foreach (var use in uses)
        {
            if (use.Minute > minute || codes.CodeOf(use.Channel) is not { } channel) continue;
            All.Add((use, channel, codes.CodeOf(use.Service) ?? ProfileCodes.Other));
            if (!counted.TryGetValue(channel, out var on)) counted[channel] = on = new Counted();
            Weight += on.Add(use, minute);
        }
    }

    /// <summary>Newest first.</summary>
    public List<(Use Use, string Channel, string Service)> All { get; } = [];

    /// <summary>Decayed contacts on all channels.</summary>
    public double Weight { get; }

    public Counted On(string channel) => counted.GetValueOrDefault(channel, None);

    internal sealed class Counted
    {
        private const int MinutesADay = 1440;
        private readonly HashSet<int> periods = [];

        public int Uses30 { get; private set; }

        public int Uses90 { get; private set; }

        public int Uses180 { get; private set; }

        public int Successes30 { get; private set; }

        public double Weight { get; private set; }

        public double Successes { get; private set; }

        public double Tries { get; private set; }

        public int? LastMinute { get; private set; }

        /// <summary>In how many of the last six times 30 days.</summary>
        public int Periods => periods.Count;

        /// <returns>The weight that was added.</returns>
        public double Add(in Use use, int now)
        {
            var days = (now - use.Minute) / (double)MinutesADay;
            LastMinute ??= use.Minute;
            if (days < 30) Uses30++;
            if (days < 90) Uses90++;
            if (days < 30 && use.Outcome == Outcome.Success) Successes30++;
            if (days < Scoring.Days)
            {
                Uses180++;
                periods.Add((int)(days / 30));
            }
            var weight = ChannelShare.Weight(days);
            Weight += weight;
            if (SuccessChance.IsTry(use.Outcome)) Tries += weight;
            if (use.Outcome == Outcome.Success) Successes += weight;
            return weight;
        }
    }
}
