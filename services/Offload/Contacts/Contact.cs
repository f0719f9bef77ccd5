namespace ECommerce.Channels.Offload.Contacts;

/// <summary>One time a customer was addressed, or is about to be.</summary>
/// <param name="Purpose">One of <see cref="Contracts.Events.ConsentPurposes"/>.</param>
/// <param name="Channel">Over which, or of an offer: to which.</param>
/// <param name="State">reserved, spent or released.</param>
/// <param name="Outcome">Of an offer: shown, accepted, refused or ignored.</param>
internal sealed record Contact(string Purpose, string Channel, DateTimeOffset At, string State, string? Outcome)
{
    /// <summary>It counts against what a customer may be asked to bear.</summary>
    public bool Spends => State is "reserved" or "spent";

    public bool Refused => Outcome == "refused";
}

/// <summary>How often a customer may be addressed within a time that rolls along.</summary>
/// <param name="Name">Told where it stands in the way.</param>
/// <param name="Purpose">Null: whatever for.</param>
/// <param name="Channel">Null: over whichever.</param>
/// <param name="Days">Length of the window, 1 to 31.</param>
/// <param name="Most">How many contacts it may hold.</param>
internal sealed record Allowance(string Name, string? Purpose, string? Channel, int Days, int Most);

/// <summary>When nobody is to be sent anything, by the customer's clock; from 21:00 to 8:00 goes over midnight.</summary>
/// <param name="From">Minute of the day.</param>
/// <param name="To">Minute of the day, exclusive; the same as <paramref name="From"/>: never.</param>
internal sealed record QuietHours(int From, int To)
{
    public bool Holds(int minuteOfDay) => From <= To ? minuteOfDay >= From && minuteOfDay < To : minuteOfDay >= From || minuteOfDay < To;
}

internal static class Allowances
{
    /// <summary>The first rule that one more contact would break; null: it may be.</summary>
    /// <param name="contacts">Of one customer.</param>
    public static Allowance? Broken(IReadOnlyList<Allowance> rules, IReadOnlyList<Contact> contacts, string purpose, string channel, DateTimeOffset now)
    {
        // Not foreach: it would allocate where a decision may not.
        for (var i = 0; i < rules.Count; i++)
            if (Applies(rules[i], purpose, channel) && Within(rules[i], contacts, now) >= rules[i].Most) return rules[i];
        return null;
    }

    /// <summary>When the rule lets one more pass, if nothing else comes.</summary>
    public static DateTimeOffset FreeAt(Allowance rule, IReadOnlyList<Contact> contacts, DateTimeOffset now) =>
        rule.Most == 0
            ? DateTimeOffset.MaxValue
            : contacts.Where(one => Counts(rule, one, now)).OrderByDescending(one => one.At).Skip(rule.Most - 1).First().At.AddDays(rule.Days);

    private static bool Applies(Allowance rule, string purpose, string channel) =>
        (rule.Purpose is null || rule.Purpose == purpose) && (rule.Channel is null || rule.Channel == channel);

    private static int Within(Allowance rule, IReadOnlyList<Contact> contacts, DateTimeOffset now)
    {
        var count = 0;
        for (var i = 0; i < contacts.Count; i++)
            if (Counts(rule, contacts[i], now)) count++;
        return count;
    }

    private static bool Counts(Allowance rule, Contact one, DateTimeOffset now) =>
        one.Spends && one.At > now.AddDays(-rule.Days) && (rule.Purpose is null || one.Purpose == rule.Purpose) && (rule.Channel is null || one.Channel == rule.Channel);
}
