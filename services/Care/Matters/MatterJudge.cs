using System.Text.Json;
using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Care.Journeys;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Messaging;
using Npgsql;

namespace ECommerce.Channels.Care.Matters;

/// <summary>
/// Tells matters once they are settled, each revision once: what was told is written down in the transaction of its event. What became
/// known late is judged anew together with all that is kept, so that the order of arrival does not matter.
/// </summary>
internal sealed class MatterJudge(NpgsqlDataSource database, CatalogueCopy catalogue, JourneyDays days, Outbox outbox, TimeProvider time)
{
    private const int AtOnce = 200;

    /// <summary>How often it is told up to when everything is: figures are of whole days.</summary>
    private static readonly TimeSpan ToldEvery = TimeSpan.FromHours(1);

    /// <returns>How many matters were told.</returns>
    public async Task<int> RoundAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var told = 0;
        while (true)
        {
            var (customers, matters) = await SomeAsync(now, cancellation);
            told += matters;
            if (customers < AtOnce) break;
        }
        await TellJudgedAsync(now, cancellation);
        return told;
    }

    private async Task<(int Customers, int Matters)> SomeAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var customers = await MatterStore.TakeAsync(transaction, now, AtOnce, cancellation);
        if (customers.Length == 0) return (0, 0);
        var first = new DateTimeOffset(days.First.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var contacts = await MatterStore.ContactsAsync(transaction, customers, first, cancellation);
        var known = await MatterStore.ToldAsync(transaction, customers, cancellation);
        var (turns, told) = (new List<(string, DateTimeOffset?)>(), 0);
        foreach (var customer in customers)
        {
            var judged = Judged.Of(contacts[customer], [.. known[customer]], await catalogue.LatestAsync(cancellation), first, now - MatterTurns.Grace);
            told += await TellAsync(transaction, customer, judged, cancellation);
            turns.Add((customer, judged.NextSettlesAt + MatterTurns.Grace));
        }
        await MatterStore.NextAsync(transaction, turns, cancellation);
        await transaction.CommitAsync(cancellation);
        return (customers.Length, told);
    }

    private async Task<int> TellAsync(NpgsqlTransaction transaction, string customer, Judged judged, CancellationToken cancellation)
    {
        if (judged.Settled.Count + judged.Gone.Count == 0) return 0;
        var place = await CustomerStore.PlaceAsync(transaction, customer, cancellation);
        var told = 0;
        foreach (var (matter, before) in judged.Settled)
            told += await TellAsync(transaction, matter.Subject, matter.Facts(customer, place, await catalogue.LatestAsync(cancellation)), before, cancellation);
        foreach (var before in judged.Gone)
            told += await TellAsync(transaction, before.Subject, Read(before.Facts) with { Customer = customer, Contacts = 0 }, before, cancellation);
        return told;
    }

    private async Task<int> TellAsync(NpgsqlTransaction transaction, string subject, MatterFacts facts, ToldMatter? before, CancellationToken cancellation)
    {
        // Where the customer lives by now makes no other matter of it.
        if (before is not null && Read(before.Facts) is var then) facts = facts with { Region = then.Region, Brand = then.Brand };
        var text = JsonSerializer.Serialize(facts with { Id = "", Customer = "", Revision = 0 }, JsonSerializerOptions.Web);
        if (text == before?.Facts) return 0;
        facts = facts with { Id = before?.Id ?? "m_" + Guid.CreateVersion7().ToString("N"), Revision = (before?.Revision ?? 0) + 1 };
        await MatterStore.SaveAsync(transaction, new ToldMatter(facts.Id, facts.Customer, subject, facts.FirstAt, text, facts.Revision), cancellation);
        await outbox.AddAsync(transaction, Topics.Conversations, facts.Customer, MatterSettled.Type, new MatterSettled(facts), facts.Revision, facts.Id, time.GetUtcNow(), cancellation);
        return 1;
    }

    private async Task TellJudgedAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await MatterStore.JudgedAsync(transaction, now, ToldEvery, cancellation) is not { } number) return;
        await outbox.AddAsync(
            transaction, Topics.Conversations, MattersJudged.Key, MattersJudged.Type, new MattersJudged(now - MatterTurns.Grace), number, MattersJudged.Key, now, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static MatterFacts Read(string facts) => JsonSerializer.Deserialize<MatterFacts>(facts, JsonSerializerOptions.Web)!;
}

/// <summary>What is to be told of one customer's matters.</summary>
/// <param name="Settled">Each with what was told of it before.</param>
/// <param name="Gone">Told before, and part of another one now.</param>
/// <param name="NextSettlesAt">Of those that are open still; null where there are none.</param>
internal sealed record Judged(IReadOnlyList<(SettledMatter Matter, ToldMatter? Before)> Settled, IReadOnlyList<ToldMatter> Gone, DateTimeOffset? NextSettlesAt)
{
    /// <param name="first">What is older is not kept: a matter that may have lost contacts stays as it was told.</param>
    /// <param name="now">What settles by then is settled.</param>
    public static Judged Of(
        IEnumerable<Contact> contacts, IReadOnlyList<ToldMatter> told, KnownCatalogue catalogue, DateTimeOffset first, DateTimeOffset now)
    {
        var past = told.Where(one => one.FirstAt < first + Matter.Window).ToList();
        var free = contacts.Where(contact => !past.Exists(one => one.Subject == contact.SubjectIn(catalogue) && contact.At <= one.FirstAt + Matter.Window));
        var matters = SettledMatter.Of(free, catalogue);
        var before = told.Except(past).ToDictionary(one => (one.Subject, one.FirstAt));
        var settled = matters.Where(one => one.SettlesAt <= now).Select(one => (one, before.GetValueOrDefault((one.Subject, one.FirstAt)))).ToList();
        var gone = before.Values.Except(settled.Select(one => one.Item2).OfType<ToldMatter>()).ToList();
        return new Judged(settled, gone, matters.Where(one => one.SettlesAt > now).Min(one => (DateTimeOffset?)one.SettlesAt));
    }
}
