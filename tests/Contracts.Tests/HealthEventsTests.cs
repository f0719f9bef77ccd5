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
    public void Schema_OfEveryField_RefusesAnother()
    {
        var sample = Sample();
        RefuseEach(sample, sample, "");
        RefuseEach(sample, sample["services"]![0]!.AsObject(), "services.0.");
        sample["services"]![1]!["state"] = "tired";
        sample["services"]![1]!["high"] = 1.5;
        Assert.Equal(["services.1.state: enum", "services.1.high: maximum"], Schema().Faults(JsonSerializer.SerializeToElement(sample)));
    }

    [Fact]
    public void Schema_KnowsEveryState() => Assert.Equal(
        HealthStates.All,
        JsonNode.Parse(File.ReadAllText(SchemaFile))!["properties"]!["services"]!["items"]!["properties"]!["state"]!["enum"]!.AsArray().Select(one => (string)one!));

    [Fact]
    public void Read_UnknownField_IsIgnored()
    {
        var sample = Sample();
        sample["later"] = 1;
        sample["services"]![1]!["later"] = 1;
        Assert.Equal(HealthStates.Failing, sample.Deserialize<ChannelHealthMeasured>(JsonSerializerOptions.Web)!.Services[1].State);
    }

    private static void RefuseEach(JsonObject sample, JsonObject part, string path)
    {
        foreach (var (name, value) in part.ToList())
        {
            part[name] = new JsonObject();
            Assert.NotEmpty(Schema().Faults(JsonSerializer.SerializeToElement(sample)));
            part.Remove(name);
            Assert.Equal([$"{path}{name}: required"], Schema().Faults(JsonSerializer.SerializeToElement(sample)));
            part[name] = value?.DeepClone();
        }
    }

    private static string SchemaFile => Path.Combine(Root, "services/Contracts/Schemas", ChannelHealthMeasured.Type + ".json");

    private static SchemaCheck Schema() => new(JsonDocument.Parse(File.ReadAllText(SchemaFile)).RootElement);

    private static JsonObject Sample() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "services/Contracts/Samples", ChannelHealthMeasured.Type + ".json")))!.AsObject();

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ECommerce.Channels.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
