using ECommerce.Channels.Offload.Preferences;
using ECommerce.Channels.Offload.Rules;
using ECommerce.Channels.Platform.Catalogue;

namespace ECommerce.Channels.Offload.Decisions;

/// <summary>Who wants what, where and when: all that rules may ask about.</summary>
/// <param name="From">Where the customer is now.</param>
/// <param name="Task">Hash of the task; 0 where there is none.</param>
/// <param name="LocalMinute">Minutes since 1970 by the operator's clock.</param>
internal readonly record struct Situation(Profile Profile, KnownService Service, KnownChannel From, uint Task, DateTimeOffset Now, long LocalMinute)
{
    /// <summary>What is known of the customer and each channel, by its place in the catalogue; set by <see cref="On"/>.</summary>
    public ChannelKnowledge[] Known { get; private init; } = [];

    private const int MinutesADay = 1440;

    public Situation On(KnownChannel[] channels) => this with { Known = Profile.Of(channels) };

    public int Hour => (int)(LocalMinute % MinutesADay / 60);

    /// <summary>The first day of 1970 was a Thursday.</summary>
    public string Weekday => Facts.Weekdays[(int)(((LocalMinute / MinutesADay) + 3) % 7)];

    public bool HasTag(WordSet tags)
    {
        if (tags.IsEmpty) return false;
        for (var i = 0; i < Profile.Tags.Count; i++)
            if (tags.Has(Profile.Tags[i])) return true;
        return false;
    }
}
