using System.Text.Json;
using CsCheck;
using ECommerce.Channels.Care.Matters;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Catalogue;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Matters;

/// <summary>Which contacts belong to one matter, what is told of it, and that the order in which they become known does not matter.</summary>
public sealed class JudgedTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);

    private static readonly KnownCatalogue Catalogue = new(
        [
            Entry("services", "payment.topup", """{"group":"payment"}"""), Entry("services", "bill.pay", """{"group":"payment"}"""),
            Entry("services", "balance.query", """{"group":"query"}"""), Entry("channels", "app", """{"electronic":true}"""),
            Entry("channels", "web", """{"electronic":true}"""), Entry("channels", "counter", """{"assisted":true}"""),
        ],
        new DateOnly(2026, 11, 26));

    private static readonly Gen<Contact> AnyContact = Gen.Select(
        Gen.OneOf("app", "web", "counter"), Gen.OneOf("payment.topup", "bill.pay", "balance.query"), Gen.Int[0, 400],
        Gen.OneOf(Contact.Transaction, Contact.Conversation, Contact.Ticket), Gen.Int[0, 4].Select(number => number < 3 ? null : "t" + number),
        (channel, service, hour, kind, task) => Of(hour, channel, service, kind, task));

    [Fact]
    public void Facts_FailedInTheAppThenAChat_AreOneMatterThatBounced()
    {
        var facts = Assert.Single(Facts(Of(1, "web", "bill.pay", Contact.Conversation), Of(0, "app", "payment.topup") with { Solved = false, Region = "4401" }));
        Assert.Equal((2, true, true, true), (facts.Contacts, facts.Electronic, facts.Bounced, facts.Hopped));
        Assert.Equal(("payment", "app", "transaction", "4401", false, true), (facts.Group, facts.Channel, facts.Kind, facts.Region, facts.FirstSolved, facts.Solved));
        Assert.Equal(["app", "web"], facts.Channels);
    }

    [Fact]
    public void Facts_AChatInTheChannelOfTheFailure_BouncedAndDidNotHop()
    {
        var facts = Assert.Single(Facts(Of(0, "web", "payment.topup"), Of(1, "web", "payment.topup", Contact.Conversation)));
        Assert.Equal((true, true, false), (facts.Electronic, facts.Bounced, facts.Hopped));
    }

    [Fact]
    public void Facts_AChatThenTheCounter_BeganWithASolvedConversationAndWentOn()
    {
        var facts = Assert.Single(Facts(Of(0, "web", "payment.topup", Contact.Conversation), Of(30, "counter", "bill.pay")));
        Assert.Equal(("conversation", 2, true, false, false, "4403", "gotone"), (facts.Kind, facts.Contacts, facts.FirstSolved, facts.Electronic, facts.Bounced, facts.Region, facts.Brand));
    }

    [Theory]
    [InlineData(72, 1)]
    [InlineData(73, 2)]
    public void Of_SameSubjectHoursLater_IsTheSameMatterWithin72(int hours, int matters)
    {
        Assert.Equal(matters, Facts(Of(0, "app", "payment.topup"), Of(hours, "app", "bill.pay")).Count);
        Assert.Equal(matters, Facts(Of(0, "app", "payment.topup", task: "t1"), Of(hours, "app", "balance.query", task: "t1")).Count);
    }

    [Fact]
    public void Of_NothingKnownOfWhatItIsAbout_IsNoMatter() =>
        Assert.Empty(Facts(Of(0, "web", "payment.topup", Contact.Conversation) with { Service = null }));

    [Fact]
    public void Of_MattersWhoseContactsMayBeGone_StayAsTheyWereTold()
    {
        var told = new ToldMatter("m_1", "c_ann", "group payment", Start, "{}", 1);
        Contact[] left = [Of(60, "app", "payment.topup"), Of(80, "app", "payment.topup")];
        var judged = Judged.Of(left, [told], Catalogue, Start.AddHours(24), Start.AddHours(400));
        Assert.Equal(Start.AddHours(80), Assert.Single(judged.Settled).Matter.FirstAt);
        Assert.Empty(judged.Gone);
    }

    [Fact]
    public void Told_InAnyOrderOfArrival_IsInTheEndAsIfAllWereKnownAtOnce() => AnyContact.Array[1, 25]
        .Select(contacts => contacts.Select((one, at) => one with { Id = "n" + at }).ToArray())
        .SelectMany(contacts => Gen.Shuffle(contacts.ToArray()).Select(shuffled => (contacts, shuffled)))
        .Sample(both => Assert.Equal(Told([both.contacts]), Told(both.shuffled.Chunk(3))));

    /// <summary>What stands in the end, told after each chunk became known.</summary>
    private static IEnumerable<string> Told(IEnumerable<Contact[]> chunks)
    {
        var known = new List<Contact>();
        var told = new Dictionary<(string, DateTimeOffset), (ToldMatter Row, int Contacts)>();
        foreach (var chunk in chunks)
        {
            known.AddRange(chunk);
            var judged = Judged.Of(known, [.. told.Values.Select(one => one.Row)], Catalogue, Start.AddDays(-10), Start.AddHours(600));
            Assert.Null(judged.NextSettlesAt);
            foreach (var (matter, before) in judged.Settled)
                told[(matter.Subject, matter.FirstAt)] = (before ?? new ToldMatter(matter.FirstAt + matter.Subject, "c_ann", matter.Subject, matter.FirstAt, "", 1), matter.Contacts.Count);
            foreach (var gone in judged.Gone) told[(gone.Subject, gone.FirstAt)] = (gone, 0);
        }
        return told.Where(one => one.Value.Contacts > 0).Select(one => $"{one.Key} {one.Value.Contacts}").Order(StringComparer.Ordinal);
    }

    private static List<MatterFacts> Facts(params Contact[] contacts) =>
        [.. SettledMatter.Of(contacts, Catalogue).Select(matter => matter.Facts("c_ann", ("4403", "gotone"), Catalogue))];

    private static Contact Of(int hour, string channel, string service, string kind = Contact.Transaction, string? task = null) =>
        new("c_ann", Start.AddHours(hour), kind, $"{channel}-{hour}", channel, service, task, null, false, true);

    private static (string, string, IReadOnlyList<CatalogueEntrySince>) Entry(string kind, string code, string entry) =>
        (kind, code, [new CatalogueEntrySince(new DateOnly(2000, 1, 1), JsonDocument.Parse(entry).RootElement)]);
}
