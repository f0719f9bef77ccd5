using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Channels.Contracts.Events;
using Xunit;

namespace ECommerce.Channels.Contracts.Tests;

public sealed class WarningEventsTests
{
    private static readonly string Root = Checkout();

    public static readonly TheoryData<string> Types = [WarningRaised.Type, WarningChanged.Type, WarningEnded.Type];

    [Theory]
    [MemberData(nameof(Types))]
    public void Sample_KeepsTheSchemaAndReadsAndWritesTheSame(string type)
    {
        var sample = File.ReadAllText(Path.Combine(Root, "services/Contracts/Samples", type + ".json"));
        Assert.Empty(SchemaOf(type).Faults(JsonDocument.Parse(sample).RootElement));
        var written = type switch
        {
            WarningRaised.Type => Again<WarningRaised>(sample),
            WarningChanged.Type => Again<WarningChanged>(sample),
            _ => Again<WarningEnded>(sample),
        };
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(sample), JsonNode.Parse(written)), written);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Schema_OfEveryField_RefusesAnother(string type)
    {
        var sample = JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "services/Contracts/Samples", type + ".json")))!.AsObject();
        var warning = sample["warning"]!.AsObject();
        foreach (var (name, value) in warning.ToList())
        {
            warning[name] = new JsonObject();
            Assert.NotEmpty(SchemaOf(type).Faults(JsonSerializer.SerializeToElement(sample)));
            warning.Remove(name);
            Assert.Equal([$"warning.{name}: required"], SchemaOf(type).Faults(JsonSerializer.SerializeToElement(sample)));
            warning[name] = value?.DeepClone();
        }
        sample["warning"]!["state"] = "asleep";
        Assert.Equal(["warning.state: enum"], SchemaOf(type).Faults(JsonSerializer.SerializeToElement(sample)));
    }

    [Fact]
    public void Read_UnknownField_IsIgnored()
    {
        var sample = JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "services/Contracts/Samples", WarningRaised.Type + ".json")))!.AsObject();
        sample["later"] = 1;
        sample["warning"]!["later"] = 1;
        Assert.Equal("below", sample.Deserialize<WarningRaised>(JsonSerializerOptions.Web)!.Warning.Kind);
    }

    private static string Again<T>(string sample) =>
        JsonSerializer.Serialize(JsonSerializer.Deserialize<T>(sample, JsonSerializerOptions.Web), JsonSerializerOptions.Web);

    private static SchemaCheck SchemaOf(string type) =>
        new(JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "services/Contracts/Schemas", type + ".json"))).RootElement);

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ECommerce.Channels.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
