using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Channels.Contracts.Events;
using Xunit;

namespace ECommerce.Channels.Contracts.Tests;

public sealed class HealthEventsTests
{
    private static readonly string Root = Checkout();

    [Fact]
    public void Sample_KeepsTheSchemaAndReadsAndWritesTheSame()
    {
        var sample = Sample();
        Assert.Empty(Schema().Faults(JsonSerializer.SerializeToElement(sample)));
        var written = JsonSerializer.Serialize(sample.Deserialize<ChannelHealthMeasured>(JsonSerializerOptions.Web), JsonSerializerOptions.Web);
        Assert.True(JsonNode.DeepEquals(sample, JsonNode.Parse(written)), written);
    }

    [Fact]
    public void Schema_OfEveryFieldOfAService_RefusesAnother()
    {
        var sample = Sample();
        var service = sample["services"]![0]!.AsObject();
        foreach (var (name, value) in service.ToList())
        {
            service[name] = new JsonObject();
            Assert.NotEmpty(Schema().Faults(JsonSerializer.SerializeToElement(sample)));
            service.Remove(name);
            Assert.Equal([$"services.0.{name}: required"], Schema().Faults(JsonSerializer.SerializeToElement(sample)));
            service[name] = value?.DeepClone();
        }
    }

    private static SchemaCheck Schema() => new(JsonDocument.Parse(File.ReadAllText(FileOf("Schemas"))).RootElement);

    private static JsonObject Sample() => JsonNode.Parse(File.ReadAllText(FileOf("Samples")))!.AsObject();

    private static string FileOf(string folder) => Path.Combine(Root, "services/Contracts", folder, ChannelHealthMeasured.Type + ".json");

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ECommerce.Channels.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
