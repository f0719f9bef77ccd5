using ECommerce.Channels.Care.Journeys;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Catalogue;

namespace ECommerce.Channels.Care.Matters;

/// <summary>
/// Contacts of one customer about the same: the same task, else services of the same group, each within 72 hours of the first. Unlike on a
/// journey, which shows a task as long as it goes on, a task ends with that window here: a figure waits for no one longer.
/// </summary>
/// <param name="Contacts">In the order of time.</param>
internal sealed record SettledMatter(string Subject, IReadOnlyList<Contact> Contacts)
{
    public DateTimeOffset FirstAt => Contacts[0].At;

    /// <summary>Nothing can belong to it after this instant.</summary>
    public DateTimeOffset SettlesAt => FirstAt + Matter.Window;

    /// <summary>The matters of one customer, settled or not.</summary>
    /// <param name="contacts">In any order.</param>
    public static IReadOnlyList<SettledMatter> Of(IEnumerable<Contact> contacts, KnownCatalogue catalogue)
    {
        var open = new Dictionary<string, List<Contact>>();
        var all = new List<SettledMatter>();
        foreach (var contact in contacts.OrderBy(one => one.At).ThenBy(one => one.Kind, StringComparer.Ordinal).ThenBy(one => one.Id, StringComparer.Ordinal))
        {
            if (contact.SubjectIn(catalogue) is not { } subject) continue;
            if (!open.TryGetValue(subject, out var matter) || contact.At - matter[0].At > Matter.Window)
                all.Add(new SettledMatter(subject, open[subject] = matter = []));
            matter.Add(contact);
        }
        return all;
    }

    /// <summary>What is told of it, its id and revision not yet given.</summary>
    /// <param name="place">The customer's region and brand in the directory.</param>
    public MatterFacts Facts(string customer, (string? Region, string? Brand) place, KnownCatalogue catalogue)
    {
        var (first, last) = (Contacts[0], Contacts[^1]);
        var channels = Contacts.Select(one => one.Channel).OfType<string>().Distinct().ToList();
        var tried = Contacts.TakeWhile(one => !one.IsElectronic(catalogue)).Count();
        return new MatterFacts(
            "", customer, first.Task, first.Task is null ? Matter.GroupOf(first.Service!, catalogue) : null, first.Service, first.Channel, first.Kind,
            first.Region ?? place.Region, place.Brand, channels, Contacts.Count, tried == 0,
            Contacts.Skip(tried + 1).Any(one => one.WithEmployee(catalogue)), channels.Count > 1, first.Solved, last.Solved, first.At, last.At, 0);
    }
}
