using System.Text.Json;
using CsCheck;
using ECommerce.Channels.Care.Journeys;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Catalogue;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Journeys;

public sealed class MatterTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    private static readonly KnownCatalogue Catalogue = new(
        [
            Entry("services", "payment.topup", """{"group":"payment"}"""), Entry("services", "bill.pay", """{"group":"payment"}"""),
            Entry("services", "balance.query", """{"group":"query"}"""), Entry("channels", "app", """{"electronic":true}"""),
            Entry("channels", "web", """{"electronic":true}"""), Entry("channels", "agent", """{"assisted":true}"""),
        ],
        new DateOnly(2026, 11, 26));

    private static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.OneOf("app", "web", "agent", "fax"), Gen.OneOf("payment.topup", "bill.pay", "balance.query", "strange"), Gen.Int[0, 300],
        Gen.Int[0, 3].Select(number => number < 2 ? null : "t" + number), (channel, service, hour, task) => Of(channel, service, hour, task: task));

    [Fact]
    public void Of_FailedInTheAppThenCalled_IsOneMatterThatBounced()
    {
        var matter = Assert.Single(Matter.Of([Of("agent", "bill.pay", 2), Of("app", "payment.topup", 0, "failed")], Catalogue));
        Assert.Equal((true, true, true), (matter.Hopped, matter.Bounced, matter.Solved));
        Assert.Equal(["app", "agent"], matter.Steps.Select(step => step.Channel));
    }

    [Fact]
    public void Of_CalledFirstThenTheApp_DidNotBounce() =>
        Assert.False(Assert.Single(Matter.Of([Of("agent", "payment.topup", 0), Of("app", "payment.topup", 1)], Catalogue)).Bounced);

    [Fact]
    public void Of_TwoEChannels_HoppedAndDidNotBounce()
    {
        var matter = Assert.Single(Matter.Of([Of("app", "payment.topup", 0, "failed"), Of("web", "payment.topup", 1, "abandoned")], Catalogue));
        Assert.Equal((true, false, false), (matter.Hopped, matter.Bounced, matter.Solved));
    }

    [Theory]
    [InlineData(72, 1)]
    [InlineData(73, 2)]
    public void Of_SameGroupHoursLater_IsTheSameMatterWithin72(int hours, int matters) =>
        Assert.Equal(matters, Matter.Of([Of("app", "payment.topup", 0), Of("app", "bill.pay", hours)], Catalogue).Count);

    [Fact]
    public void Of_SameTaskAfterAWeek_IsOneMatterWhateverTheService() =>
        Assert.Single(Matter.Of([Of("app", "payment.topup", 0, task: "t1"), Of("agent", "balance.query", 168, task: "t1")], Catalogue));

    [Fact]
    public void Of_AnotherGroupOrAnotherTask_IsAnotherMatter()
    {
        Assert.Equal(2, Matter.Of([Of("app", "payment.topup", 0), Of("app", "balance.query", 1)], Catalogue).Count);
        Assert.Equal(3, Matter.Of([Of("app", "payment.topup", 0), Of("app", "payment.topup", 1, task: "t1"), Of("app", "payment.topup", 2, task: "t2")], Catalogue).Count);
    }

    [Fact]
    public void Of_AnEmployeeAtAnEChannel_IsAssistance() =>
        Assert.True(Assert.Single(Matter.Of([Of("app", "payment.topup", 0, "failed"), Of("web", "payment.topup", 1) with { Assisted = true }], Catalogue)).Bounced);

    [Fact]
    public void Of_AnySteps_HasEachOnceWhateverTheirOrder() => AnyStep.Array[0, 20]
        .Select(steps => steps.Select((step, at) => step with { Id = "n" + at }).ToArray())
        .SelectMany(steps => Gen.Shuffle(steps.ToArray()).Select(shuffled => (steps, shuffled)))
        .Sample(both =>
        {
            var matters = Matter.Of(both.steps, Catalogue);
            Assert.Equal(both.steps.Select(step => step.Id).Order(), matters.SelectMany(matter => matter.Steps).Select(step => step.Id).Order());
            Assert.Equal(Names(matters), Names(Matter.Of(both.shuffled, Catalogue)));
        });

    private static List<string> Names(IReadOnlyList<Matter> matters) =>
        [.. matters.Select(matter => string.Join(',', matter.Steps.Select(step => step.Id)) + matter.Hopped + matter.Bounced + matter.Solved).Order(StringComparer.Ordinal)];

    private static Step Of(string channel, string service, int hour, string outcome = "success", string? task = null) =>
        new(Start.AddHours(hour), "test", $"{channel}-{service}-{hour}-{task}", channel, service, outcome, null, null, null, false, task);

    private static (string, string, IReadOnlyList<CatalogueEntrySince>) Entry(string kind, string code, string entry) =>
        (kind, code, [new CatalogueEntrySince(new DateOnly(2000, 1, 1), JsonDocument.Parse(entry).RootElement)]);
}
