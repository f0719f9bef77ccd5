using System.Numerics;
using Xunit;

namespace ECommerce.Channels.Contracts.Tests;

public sealed class TopicsTests
{
    [Fact]
    public void All_Partitions_ArePowersOfTwoUpTo256() =>
        Assert.All(Topics.All, topic => Assert.True(BitOperations.IsPow2(topic.Partitions) && topic.Partitions <= CustomerShard.Count, topic.Name));

    [Fact]
    public void All_Names_AreUniqueAndEachEventTopicHasItsDeadLetters()
    {
        Assert.Equal(Topics.All.Count, Topics.All.Select(topic => topic.Name).Distinct().Count());
        Assert.All(Topics.Events, topic => Assert.Matches("^channels\\.[a-z]+$", topic.Name));
        Assert.All(Topics.Events, topic => Assert.Single(Topics.All, dead => dead.Name == topic.DeadLetters && dead.Partitions == 1 && dead.RetentionDays == 14));
    }

    [Theory]
    [InlineData("channels.transactions", 16, 7)]
    [InlineData("channels.customers", 16, null)]
    [InlineData("channels.catalogue", 1, null)]
    [InlineData("channels.health", 1, null)]
    [InlineData("channels.decisions", 8, 30)]
    [InlineData("channels.contacts", 8, 30)]
    [InlineData("channels.conversations", 8, 30)]
    [InlineData("channels.tickets", 8, 30)]
    [InlineData("channels.responses", 8, 30)]
    [InlineData("channels.warnings", 8, 30)]
    public void Events_PartitionsAndRetention_AreThoseOfTheContract(string name, int partitions, int? days) =>
        Assert.Equal((partitions, days), Topics.Events.Where(topic => topic.Name == name).Select(topic => (topic.Partitions, topic.RetentionDays)).Single());
}
