using ECommerce.Channels.Platform.Catalogue;

namespace ECommerce.Channels.Care.Journeys;

/// <summary>One transaction of a customer.</summary>
/// <param name="Outcome">success, failed or abandoned.</param>
/// <param name="Amount">In fen.</param>
/// <param name="Assisted">An employee did it.</param>
/// <param name="Task">What transactions of one matter have in common, where the channel knows.</param>
public sealed record Step(
    DateTimeOffset At, string Source, string Id, string Channel, string Service, string Outcome, string? Reason, string? Region, long? Amount,
    bool Assisted, string? Task);

/// <summary>What a customer did about one thing.</summary>
/// <param name="Steps">In the order of time.</param>
/// <param name="Hopped">It touched two channels or more.</param>
/// <param name="Bounced">A try on an e-channel was followed by one with an employee.</param>
/// <param name="Solved">Its last step succeeded.</param>
public sealed record Matter(IReadOnlyList<Step> Steps, bool Hopped, bool Bounced, bool Solved)
{
    /// <summary>Steps of one customer about services of one group belong together for so long after each other.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(72);

    /// <summary>
    /// The matters of one customer: the same task, else services of the same group, each step at most 72 hours after the first one of the
    /// matter. A step with a task joins no matter without that task, and the other way round.
    /// </summary>
    /// <param name="steps">Of one customer, in any order.</param>
    public static IReadOnlyList<Matter> Of(IEnumerable<Step> steps, KnownCatalogue catalogue)
    {
        var open = new Dictionary<string, List<Step>>();
        var all = new List<List<Step>>();
        foreach (var step in steps.OrderBy(step => step.At).ThenBy(step => step.Source, StringComparer.Ordinal).ThenBy(step => step.Id, StringComparer.Ordinal))
        {
            var subject = step.Task is { } task ? "task " + task : "group " + GroupOf(step.Service, catalogue);
            if (!open.TryGetValue(subject, out var matter) || (step.Task is null && step.At - matter[0].At > Window)) all.Add(open[subject] = matter = []);
            matter.Add(step);
        }
        return [.. all.Select(matter => Judge(matter, catalogue)).OrderBy(matter => matter.Steps[0].At)];
    }

    private static Matter Judge(List<Step> steps, KnownCatalogue catalogue)
    {
        var firstElectronic = steps.FindIndex(step => IsElectronic(step, catalogue));
        var bounced = firstElectronic >= 0 && steps.FindIndex(firstElectronic + 1, step => IsAssisted(step, catalogue)) >= 0;
        return new Matter(steps, steps.Select(step => step.Channel).Distinct().Skip(1).Any(), bounced, steps[^1].Outcome == "success");
    }

    /// <summary>An unknown service is a group of its own.</summary>
    internal static string GroupOf(string service, KnownCatalogue catalogue) => catalogue.Services.TryGetValue(service, out var known) ? known.Group : service;

    private static bool IsAssisted(Step step, KnownCatalogue catalogue) =>
        step.Assisted || (catalogue.Channels.TryGetValue(step.Channel, out var channel) && channel.Assisted);

    private static bool IsElectronic(Step step, KnownCatalogue catalogue) =>
        !IsAssisted(step, catalogue) && catalogue.Channels.TryGetValue(step.Channel, out var channel) && channel.Electronic;
}
