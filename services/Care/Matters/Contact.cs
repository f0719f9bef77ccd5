using ECommerce.Channels.Care.Journeys;
using ECommerce.Channels.Platform.Catalogue;

namespace ECommerce.Channels.Care.Matters;

/// <summary>Something a customer did or asked for, in any channel.</summary>
/// <param name="Kind">transaction, conversation or ticket.</param>
/// <param name="Channel">Null where a ticket does not say.</param>
/// <param name="Assisted">Of a transaction: an employee did it.</param>
/// <param name="Solved">It ended in success.</param>
internal sealed record Contact(
    string Customer, DateTimeOffset At, string Kind, string Id, string? Channel, string? Service, string? Task, string? Region, bool Assisted, bool Solved)
{
    public const string Transaction = "transaction";
    public const string Conversation = "conversation";
    public const string Ticket = "ticket";

    /// <summary>What it is about: the task, else the group of its service; null where neither is known, and nobody can say what belongs to it.</summary>
    public string? SubjectIn(KnownCatalogue catalogue) =>
        Task is not null ? "task " + Task : Service is not null ? "group " + Matter.GroupOf(Service, catalogue) : null;

    /// <summary>Somebody of the operator's was asked for, or did it.</summary>
    public bool WithEmployee(KnownCatalogue catalogue) =>
        Kind != Transaction || Assisted || (Channel is not null && catalogue.Channels.TryGetValue(Channel, out var known) && known.Assisted);

    public bool IsElectronic(KnownCatalogue catalogue) =>
        !WithEmployee(catalogue) && Channel is not null && catalogue.Channels.TryGetValue(Channel, out var known) && known.Electronic;
}
