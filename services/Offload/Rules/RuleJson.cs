using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ECommerce.Channels.Offload.Rules;

/// <summary>How a rule set is written: the same in the database, in answers and for its hash.</summary>
internal static class RuleJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(RuleSet rules) => JsonSerializer.Serialize(rules, Options);

    public static RuleSet Read(string json) => JsonSerializer.Deserialize<RuleSet>(json, Options)!;

    /// <summary>What was approved is what is published: the same content has the same hash.</summary>
    public static string HashOf(RuleSet rules) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(rules))));

    /// <summary>The rules of a new installation.</summary>
    public static RuleSet Starting()
    {
        using var stream = typeof(RuleJson).Assembly.GetManifestResourceStream("starting-rules.json")!;
        return JsonSerializer.Deserialize<RuleSet>(stream, Options)!;
    }
}
