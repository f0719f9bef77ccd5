using ECommerce.Channels.Contracts.Transactions;

namespace ECommerce.Channels.Offload.Preferences;

/// <summary>One transaction of a customer, as far as deciding needs it. Two with the same minute and identity are the same one.</summary>
/// <param name="Minute">When it ended, since 1970.</param>
/// <param name="Identity">Hash of source and id.</param>
/// <param name="Source">Number of the feed among <see cref="ProfileCodes"/>.</param>
/// <param name="Channel">Likewise.</param>
/// <param name="Service">Likewise.</param>
/// <param name="Task">Hash of the task; 0 where there is none.</param>
internal readonly record struct Use(
    int Minute, uint Identity, ushort Source, ushort Channel, ushort Service, Outcome Outcome, bool Assisted, uint Task) : IComparable<Use>
{
    /// <summary>Order in a customer's list: newest first, so that what is too old is the end of it.</summary>
    public int CompareTo(Use other) => Minute != other.Minute ? other.Minute.CompareTo(Minute) : Identity.CompareTo(other.Identity);

    public bool IsSame(Use other) => Minute == other.Minute && Identity == other.Identity;
}
