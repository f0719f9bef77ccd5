using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Channels.Contracts.Events;
using Xunit;

namespace ECommerce.Channels.Contracts.Tests;

public sealed class ConversationEventsTests
{
    private static readonly string Root = Checkout();

    public static readonly TheoryData<string> Types = [ConversationOpened.Type, ConversationChanged.Type, ConversationClosed.Type];

    [Theory]
    [MemberData(nameof(Types))]
    public void Sample_KeepsTheSchemaAndReadsAndWritesTheSame(string type)
    {
        var sample = Sample(type);
        Assert.Empty(SchemaOf(type).Faults(JsonSerializer.SerializeToElement(sample)));
        var written = type switch
        {
            ConversationOpened.Type => Again<ConversationOpened>(sample),
            ConversationChanged.Type => Again<ConversationChanged>(sample),
            _ => Again<ConversationClosed>(sample),
        };
        Assert.True(JsonNode.DeepEquals(sample, JsonNode.Parse(written)), written);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Schema_OfEveryField_RefusesAnother(string type)
    {
        var sample = Sample(type);
        var conversation = sample["conversation"]!.AsObject();
        foreach (var (name, value) in conversation.ToList())
        {
            conversation[name] = new JsonObject();
            Assert.NotEmpty(SchemaOf(type).Faults(JsonSerializer.SerializeToElement(sample)));
            conversation.Remove(name);
            Assert.Equal([$"conversation.{name}: required"], SchemaOf(type).Faults(JsonSerializer.SerializeToElement(sample)));
            conversation[name] = value?.DeepClone();
        }
    }

    private static string Again<T>(JsonNode sample) =>
        JsonSerializer.Serialize(sample.Deserialize<T>(JsonSerializerOptions.Web), JsonSerializerOptions.Web);

    private static JsonObject Sample(string type) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "services/Contracts/Samples", type + ".json")))!.AsObject();

    private static SchemaCheck SchemaOf(string type) =>
        new(JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "services/Contracts/Schemas", type + ".json"))).RootElement);

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ECommerce.Channels.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
