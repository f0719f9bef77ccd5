using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Channels.Contracts.Events;
using Xunit;

namespace ECommerce.Channels.Contracts.Tests;

public sealed class CustomerEventsTests
{
    private static readonly string Root = Checkout();

    [Fact]
    public void Sample_KeepsTheSchemaAndReadsAndWritesTheSame()
    {
        var sample = Sample();
        Assert.Empty(Schema().Faults(JsonSerializer.SerializeToElement(sample)));
        var written = JsonSerializer.Serialize(sample.Deserialize<CustomerChanged>(JsonSerializerOptions.Web), JsonSerializerOptions.Web);
        Assert.True(JsonNode.DeepEquals(sample, JsonNode.Parse(written)), written);
    }

    [Fact]
    public void Schema_OfEveryField_RefusesAnother()
    {
        var sample = Sample();
        foreach (var (name, value) in sample.ToList())
        {
            sample[name] = new JsonObject();
            Assert.NotEmpty(Schema().Faults(JsonSerializer.SerializeToElement(sample)));
            sample.Remove(name);
            Assert.Equal([$"{name}: required"], Schema().Faults(JsonSerializer.SerializeToElement(sample)));
            sample[name] = value?.DeepClone();
        }
        sample["consents"]![0]!["purpose"] = "anything";
        sample["customer"] = "13812345678";
        Assert.Equal(["customer: pattern", "consents.0.purpose: enum"], Schema().Faults(JsonSerializer.SerializeToElement(sample)));
    }

    [Fact]
    public void Schema_KnowsEveryPurpose() => Assert.Equal(
        ConsentPurposes.All,
        JsonNode.Parse(File.ReadAllText(SchemaFile))!["properties"]!["consents"]!["items"]!["properties"]!["purpose"]!["enum"]!.AsArray().Select(one => (string)one!));

    private static string SchemaFile => Path.Combine(Root, "services/Contracts/Schemas", CustomerChanged.Type + ".json");

    private static SchemaCheck Schema() => new(JsonDocument.Parse(File.ReadAllText(SchemaFile)).RootElement);

    private static JsonObject Sample() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "services/Contracts/Samples", CustomerChanged.Type + ".json")))!.AsObject();

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ECommerce.Channels.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
