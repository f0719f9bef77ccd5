using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Channels.Contracts.Events;
using Xunit;

namespace ECommerce.Channels.Contracts.Tests;

public sealed class DecisionEventsTests
{
    private static readonly string Root = Checkout();

    public static readonly TheoryData<string> Types = [DecisionMade.Type, DecisionAnswered.Type, ContactChanged.Type];

    [Theory]
    [MemberData(nameof(Types))]
    public void Sample_KeepsTheSchemaAndReadsAndWritesTheSame(string type)
    {
        var sample = Sample(type);
        Assert.Empty(SchemaOf(type).Faults(JsonSerializer.SerializeToElement(sample)));
        var written = type switch
        {
            DecisionMade.Type => Again<DecisionMade>(sample),
            DecisionAnswered.Type => Again<DecisionAnswered>(sample),
            _ => Again<ContactChanged>(sample),
        };
        Assert.True(JsonNode.DeepEquals(sample, JsonNode.Parse(written)), written);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Schema_OfEveryField_RefusesAnother(string type)
    {
        var sample = Sample(type);
        var fields = sample["decision"]?.AsObject() ?? sample;
        var prefix = fields == sample ? "" : "decision.";
        foreach (var (name, value) in fields.ToList())
        {
            fields[name] = new JsonObject();
            Assert.NotEmpty(SchemaOf(type).Faults(JsonSerializer.SerializeToElement(sample)));
            fields.Remove(name);
            Assert.Equal([$"{prefix}{name}: required"], SchemaOf(type).Faults(JsonSerializer.SerializeToElement(sample)));
            fields[name] = value?.DeepClone();
        }
    }

    [Fact]
    public void Purposes_OfAContact_AreThoseOfConsents() => Assert.Equal(
        ConsentPurposes.All,
        JsonNode.Parse(File.ReadAllText(SchemaFile(ContactChanged.Type)))!["properties"]!["purpose"]!["enum"]!.AsArray().Select(one => (string)one!));

    private static string Again<T>(JsonNode sample) =>
        JsonSerializer.Serialize(sample.Deserialize<T>(JsonSerializerOptions.Web), JsonSerializerOptions.Web);

    private static JsonObject Sample(string type) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "services/Contracts/Samples", type + ".json")))!.AsObject();

    private static string SchemaFile(string type) => Path.Combine(Root, "services/Contracts/Schemas", type + ".json");

    private static SchemaCheck SchemaOf(string type) => new(JsonDocument.Parse(File.ReadAllText(SchemaFile(type))).RootElement);

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ECommerce.Channels.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
