using System.Text.Json;
using System.Text.RegularExpressions;

namespace ECommerce.Channels.Contracts.Tests;

/// <summary>
/// Checks a value against a JSON Schema of the keywords that ours use, and gives the paths that are wrong. A keyword that it does not
/// know is refused: a schema could otherwise demand what nobody checks.
/// </summary>
internal sealed class SchemaCheck(JsonElement schema)
{
    public IReadOnlyList<string> Faults(JsonElement value) => [.. Faults(schema, value, "")];

    private IEnumerable<string> Faults(JsonElement rule, JsonElement value, string path) =>
        rule.EnumerateObject().SelectMany(keyword => keyword.Name switch
        {
            "$schema" or "$id" or "$defs" or "title" or "description" or "default" or "format" => [],
            "$ref" => Faults(Definition(keyword.Value.GetString()!), value, path),
            "type" => Fault(TypesOf(keyword.Value).Any(type => IsOf(type, value)), path, "type"),
            "enum" => Fault(keyword.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)), path, "enum"),
            "required" => keyword.Value.EnumerateArray().SelectMany(name =>
                Fault(value.ValueKind != JsonValueKind.Object || value.TryGetProperty(name.GetString()!, out _), Under(path, name.GetString()!), "required")),
            "properties" => keyword.Value.EnumerateObject().SelectMany(property =>
                value.ValueKind == JsonValueKind.Object && value.TryGetProperty(property.Name, out var member)
                    ? Faults(property.Value, member, Under(path, property.Name)) : []),
            "items" => value.ValueKind != JsonValueKind.Array ? []
                : value.EnumerateArray().SelectMany((item, at) => Faults(keyword.Value, item, Under(path, at.ToString()))),
            "pattern" => Fault(value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!.TrimEnd('$') + "\\z"), path, "pattern"),
            "minLength" => Fault(value.ValueKind != JsonValueKind.String || Length(value) >= keyword.Value.GetInt32(), path, "minLength"),
            "maxLength" => Fault(value.ValueKind != JsonValueKind.String || Length(value) <= keyword.Value.GetInt32(), path, "maxLength"),
            "minimum" => Fault(value.ValueKind != JsonValueKind.Number || value.GetDecimal() >= keyword.Value.GetDecimal(), path, "minimum"),
            "maximum" => Fault(value.ValueKind != JsonValueKind.Number || value.GetDecimal() <= keyword.Value.GetDecimal(), path, "maximum"),
            _ => throw new NotSupportedException($"Keyword {keyword.Name} is not checked here."),
        });

    private JsonElement Definition(string reference) => schema.GetProperty("$defs").GetProperty(reference["#/$defs/".Length..]);

    private static string Under(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static IEnumerable<string> TypesOf(JsonElement types) =>
        types.ValueKind == JsonValueKind.Array ? types.EnumerateArray().Select(type => type.GetString()!) : [types.GetString()!];

    private static string[] Fault(bool right, string path, string keyword) => right ? [] : [$"{path}: {keyword}"];

    /// <summary>Length of JSON Schema: in code points.</summary>
    private static int Length(JsonElement value) => value.GetString()!.EnumerateRunes().Count();

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new NotSupportedException($"Type {type} is not checked here."),
    };
}
