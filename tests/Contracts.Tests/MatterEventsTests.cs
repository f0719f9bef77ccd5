using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Channels.Contracts.Events;
using Xunit;

namespace ECommerce.Channels.Contracts.Tests;

public sealed class MatterEventsTests
{
    private static readonly string Root = Checkout();

    public static readonly TheoryData<string> Types = [MatterSettled.Type, MattersJudged.Type];

    [Theory]
    [MemberData(nameof(Types))]
    public void Sample_KeepsTheSchemaAndReadsAndWritesTheSame(string type)
    {
        var sample = Sample(type);
        Assert.Empty(SchemaOf(type).Faults(JsonSerializer.SerializeToElement(sample)));
        var written = type == MatterSettled.Type ? Again<MatterSettled>(sample) : Again<MattersJudged>(sample);
        Assert.True(JsonNode.DeepEquals(sample, JsonNode.Parse(written)), written);
    }

    [Fact]
    public void Schema_OfEveryField_RefusesAnother()
    {
        var sample = Sample(MatterSettled.Type);
        var matter = sample["matter"]!.AsObject();
        foreach (var (name, value) in matter.ToList())
        {
            matter[name] = new JsonObject();
            Assert.NotEmpty(SchemaOf(MatterSettled.Type).Faults(JsonSerializer.SerializeToElement(sample)));
            matter.Remove(name);
            Assert.Equal([$"matter.{name}: required"], SchemaOf(MatterSettled.Type).Faults(JsonSerializer.SerializeToElement(sample)));
            matter[name] = value?.DeepClone();
        }
        Assert.Equal(["through: required"], SchemaOf(MattersJudged.Type).Faults(JsonDocument.Parse("{}").RootElement));
    }

    [Fact]
    public void Sample_Fields_AreTheFacts() => Assert.Equal(
        typeof(MatterFacts).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(StringComparer.Ordinal),
        Sample(MatterSettled.Type)["matter"]!.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal));

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
