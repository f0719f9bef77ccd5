namespace ECommerce.Channels.Contracts.Events;

/// <summary>
/// What a customer did about one thing, over all channels, told once nothing can belong to it any more: 72 hours after its first contact.
/// Topic <c>channels.conversations</c>, key: the customer; the envelope's subject is the matter, its sequence <paramref name="Revision"/>.
/// What arrives late makes a later revision.
/// </summary>
/// <param name="Customer">The pseudonym.</param>
/// <param name="Task">What its contacts have in common, where a channel knew.</param>
/// <param name="Group">Else the group of their services.</param>
/// <param name="Service">Of the first contact.</param>
/// <param name="Channel">Likewise.</param>
/// <param name="Kind">Likewise: transaction, conversation or ticket.</param>
/// <param name="Region">Likewise, else of the customer in the directory.</param>
/// <param name="Brand">Of the customer in the directory.</param>
/// <param name="Channels">Each once, in the order in which they were touched.</param>
/// <param name="Contacts">How many there were; 0: what was told before turned out to be part of another matter.</param>
/// <param name="Electronic">It began on an e-channel, without an employee.</param>
/// <param name="Bounced">A try on an e-channel was followed by a contact with an employee.</param>
/// <param name="Hopped">It touched two channels or more.</param>
/// <param name="FirstSolved">The first contact ended in success.</param>
/// <param name="Solved">The last one did.</param>
public sealed record MatterFacts(
    string Id, string Customer, string? Task, string? Group, string? Service, string? Channel, string Kind, string? Region, string? Brand,
    IReadOnlyList<string> Channels, int Contacts, bool Electronic, bool Bounced, bool Hopped, bool FirstSolved, bool Solved, DateTimeOffset FirstAt,
    DateTimeOffset LastAt, long Revision);

/// <summary>Nothing can belong to it any more.</summary>
public sealed record MatterSettled(MatterFacts Matter)
{
    public const string Type = "channels.matter.settled.v1";
}

/// <summary>
/// Everything that was settled by an instant is told: how far figures of matters are final. Topic <c>channels.conversations</c>, key and
/// subject: <see cref="Key"/>; the sequence counts.
/// </summary>
public sealed record MattersJudged(DateTimeOffset Through)
{
    public const string Type = "channels.matters.judged.v1";
    public const string Key = "matters";
}
