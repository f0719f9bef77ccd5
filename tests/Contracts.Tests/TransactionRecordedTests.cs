using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Channels.Contracts.Transactions;
using Xunit;

namespace ECommerce.Channels.Contracts.Tests;

public sealed class TransactionRecordedTests
{
    private static readonly string[] Samples = TransactionRecorded.Sample.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    private static readonly SchemaCheck Schema = new(JsonDocument.Parse(TransactionRecorded.Schema).RootElement);

    [Fact]
    public void Sample_EveryLine_KeepsTheSchemaAndReadsAndWritesTheSame()
    {
        Assert.Equal(3, Samples.Length);
        Assert.All(Samples, line =>
        {
            Assert.Empty(Schema.Faults(JsonDocument.Parse(line).RootElement));
            var written = TransactionRecorded.Read(Encoding.UTF8.GetBytes(line)).Write();
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(line), JsonNode.Parse(written)), Encoding.UTF8.GetString(written));
        });
    }

    [Fact]
    public void Sample_First_ReadsAsTheContractSays()
    {
        var read = TransactionRecorded.Read(Encoding.UTF8.GetBytes(Samples[0]));

        Assert.Equal(new DateTimeOffset(2026, 9, 28, 13, 45, 12, 345, TimeSpan.FromHours(8)), read.At);
        Assert.Equal(
            new TransactionRecorded(
                "T20260928-000001", "boss", read.At, "c_aboev8y2j05LmGmvzUYA8qvjt", "app", "payment.topup", Outcome.Failed, "440100", "gotone",
                "余额不足", 5000, 1830, Assisted: true, "topup-77", "d_5fJ2", "imp_7", 12, History: true),
            read);
    }

    [Fact]
    public void Sample_First_HasEveryFieldOfTheSchemaAndTheConstants()
    {
        var properties = JsonDocument.Parse(TransactionRecorded.Schema).RootElement.GetProperty("properties").EnumerateObject().Select(field => field.Name);
        var sample = JsonDocument.Parse(Samples[0]).RootElement.EnumerateObject().Select(field => field.Name);
        Assert.Equal(TransactionFields.All.Order(StringComparer.Ordinal), properties.Order(StringComparer.Ordinal));
        Assert.Equal(TransactionFields.All.Order(StringComparer.Ordinal), sample.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Sample_Second_HasOnlyWhatIsRequired()
    {
        var required = JsonDocument.Parse(TransactionRecorded.Schema).RootElement.GetProperty("required").EnumerateArray().Select(name => name.GetString()!);
        Assert.Equal(required.Order(StringComparer.Ordinal), JsonDocument.Parse(Samples[1]).RootElement.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("id", "\"\"")]
    [InlineData("id", "\"a b\"")]
    [InlineData("id", "\"a\\n\"")]
    [InlineData("source", "\"中\"")]
    [InlineData("at", "\"2026-09-28T13:45:12\"")]
    [InlineData("at", "\"2026-09-28\"")]
    [InlineData("at", "1790000000000")]
    [InlineData("customer", "\"13812345678\"")]
    [InlineData("customer", "\"c_13812345678\"")]
    [InlineData("customer", "\"c_138-1234-5678\"")]
    [InlineData("customer", "\"c_\"")]
    [InlineData("channel", "\"a\\u0000b\"")]
    [InlineData("service", "\"01234567890123456789012345678901234567890123456789012345678901234\"")]
    [InlineData("outcome", "\"Success\"")]
    [InlineData("outcome", "0")]
    [InlineData("amount", "-1")]
    [InlineData("amount", "1.5")]
    [InlineData("amount", "\"5\"")]
    [InlineData("durationMs", "86400001")]
    [InlineData("assisted", "\"true\"")]
    [InlineData("row", "0")]
    public void Schema_WrongField_IsNamed(string field, string value)
    {
        var sample = JsonNode.Parse(Samples[0])!.AsObject();
        sample[field] = JsonNode.Parse(value);
        var faults = Schema.Faults(JsonSerializer.SerializeToElement(sample));
        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.StartsWith(field + ":", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Schema_MissingField_IsNamed()
    {
        foreach (var (name, _) in JsonNode.Parse(Samples[1])!.AsObject())
        {
            var sample = JsonNode.Parse(Samples[1])!.AsObject();
            sample.Remove(name);
            Assert.Equal([$"{name}: required"], Schema.Faults(JsonSerializer.SerializeToElement(sample)));
        }
    }

    [Theory]
    [InlineData("outcome", "\"Success\"")]
    [InlineData("outcome", "0")]
    [InlineData("at", "\"2026-09-28T13:45:12\"")]
    [InlineData("customer", "null")]
    [InlineData("amount", "\"5\"")]
    public void Read_WrongField_IsRefused(string field, string value)
    {
        var sample = JsonNode.Parse(Samples[0])!.AsObject();
        sample[field] = JsonNode.Parse(value);
        // A token of another kind shows as InvalidOperationException from a converter, wrapped by the serializer.
        Assert.Throws<JsonException>(() => TransactionRecorded.Read(JsonSerializer.SerializeToUtf8Bytes(sample)));
    }

    [Fact]
    public void Read_MissingRequiredOrUnknownField_RefusesTheOneAndIgnoresTheOther()
    {
        var sample = JsonNode.Parse(Samples[1])!.AsObject();
        sample["later"] = new JsonObject { ["a"] = 1 };
        Assert.Equal("1", TransactionRecorded.Read(JsonSerializer.SerializeToUtf8Bytes(sample)).Id);
        sample.Remove("channel");
        Assert.Throws<JsonException>(() => TransactionRecorded.Read(JsonSerializer.SerializeToUtf8Bytes(sample)));
    }

    [Fact]
    public void Outcome_NamesOfSchema_AreAllOutcomes() =>
        Assert.Equal(
            JsonDocument.Parse(TransactionRecorded.Schema).RootElement.GetProperty("properties").GetProperty("outcome").GetProperty("enum").EnumerateArray().Select(name => name.GetString()),
            Enum.GetValues<Outcome>().Select(outcome => JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(outcome))));
}
