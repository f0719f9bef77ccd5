using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Channels.Contracts.Events;
using Xunit;

namespace ECommerce.Channels.Contracts.Tests;

public sealed class TicketEventsTests
{
    private static readonly string Root = Checkout();

    public static readonly TheoryData<string> Types = [TicketOpened.Type, TicketChanged.Type, TicketResolved.Type, TicketClosed.Type];

    [Theory]
    [MemberData(nameof(Types))]
    public void Sample_KeepsTheSchemaAndReadsAndWritesTheSame(string type)
    {
        var sample = Sample(type);
        Assert.Empty(SchemaOf(type).Faults(JsonSerializer.SerializeToElement(sample)));
        var written = type switch
        {
            TicketOpened.Type => Again<TicketOpened>(sample),
            TicketChanged.Type => Again<TicketChanged>(sample),
            TicketResolved.Type => Again<TicketResolved>(sample),
            _ => Again<TicketClosed>(sample),
        };
        Assert.True(JsonNode.DeepEquals(sample, JsonNode.Parse(written)), written);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Schema_OfEveryField_RefusesAnother(string type)
    {
        var sample = Sample(type);
        var ticket = sample["ticket"]!.AsObject();
        foreach (var (name, value) in ticket.ToList())
        {
            ticket[name] = new JsonObject();
            Assert.NotEmpty(SchemaOf(type).Faults(JsonSerializer.SerializeToElement(sample)));
            ticket.Remove(name);
            Assert.Equal([$"ticket.{name}: required"], SchemaOf(type).Faults(JsonSerializer.SerializeToElement(sample)));
            ticket[name] = value?.DeepClone();
        }
        ticket["status"] = "asleep";
        Assert.Equal(["ticket.status: enum"], SchemaOf(type).Faults(JsonSerializer.SerializeToElement(sample)));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Sample_Fields_AreTheFacts(string type) =>
        Assert.Equal(
            typeof(TicketFacts).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(StringComparer.Ordinal),
            Sample(type)["ticket"]!.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal));

    [Fact]
    public void Read_UnknownField_IsIgnored()
    {
        var sample = Sample(TicketOpened.Type);
        sample["later"] = 1;
        sample["ticket"]!["later"] = 1;
        Assert.Equal("complaint", sample.Deserialize<TicketOpened>(JsonSerializerOptions.Web)!.Ticket.Type);
    }

    private static string Again<T>(JsonNode sample) => JsonSerializer.Serialize(sample.Deserialize<T>(JsonSerializerOptions.Web), JsonSerializerOptions.Web);

    private static JsonObject Sample(string type) => JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "services/Contracts/Samples", type + ".json")))!.AsObject();

    private static SchemaCheck SchemaOf(string type) =>
        new(JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "services/Contracts/Schemas", type + ".json"))).RootElement);

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ECommerce.Channels.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
