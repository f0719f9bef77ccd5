namespace ECommerce.Channels.Contracts.Events;

/// <summary>
/// A customer was addressed, or is about to be. Topic <c>channels.contacts</c>, key: the customer; the envelope's subject is the contact,
/// for outcomes of an offer the contact and the outcome.
/// </summary>
/// <param name="Id">Of the reservation, or of the decision that made an offer.</param>
/// <param name="Purpose">See <see cref="ConsentPurposes"/>.</param>
/// <param name="Channel">Over which, or of an offer: to which.</param>
/// <param name="What">reserved, spent, released; of an offer shown, accepted, refused or ignored.</param>
public sealed record ContactChanged(string Id, string Customer, string Purpose, string Channel, string What, DateTimeOffset At)
{
    public const string Type = "channels.contact.changed.v1";
}
