using System.Text.Json.Nodes;
using ECommerce.Channels.Testing;

namespace ECommerce.Channels.Suite.Tests.Routes;

/// <summary>A route as an API document has it.</summary>
/// <param name="Roles">Its <c>x-roles</c>.</param>
/// <param name="Protected">It asks for credentials.</param>
/// <param name="AllRegions">Its <c>x-all-regions</c>.</param>
/// <param name="Bodies">Content types of the body it takes.</param>
/// <param name="OnlyYesOrNo">Every field of its JSON body is a yes or no.</param>
internal sealed record DocumentedRoute(
    string Method, string Path, IReadOnlyList<string> Roles, bool Protected, bool AllRegions, bool HasRegion, IReadOnlyList<string> Bodies, bool OnlyYesOrNo)
{
    public string Name => $"{Method} {Path}";

    public bool TakesJson => Bodies.Contains("application/json");
}

/// <summary>The committed API documents, <c>docs/api/SERVICE.json</c>.</summary>
internal static class RouteDocuments
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

    private static string Folder => Path.Combine(Checkout.Folder, "docs", "api");

    public static IEnumerable<string> Services => Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!);

    /// <summary>The services that the gateway offers a document of, by its shipped routes, and its own.</summary>
    public static IEnumerable<string> Offered()
    {
        var gateway = JsonNode.Parse(File.ReadAllText(Path.Combine(Checkout.Folder, "gateway", "gateway.json")))!;
        return gateway["ReverseProxy"]!["Routes"]!.AsObject()
            .Select(route => route.Value!["Match"]!["Path"]!.GetValue<string>())
            .Where(path => path.StartsWith("/openapi/", StringComparison.Ordinal))
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Append("access");
    }

    public static JsonNode Read(string service) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, service + ".json")))!;

    public static IReadOnlyList<DocumentedRoute> Routes(string service)
    {
        var document = Read(service);
        return
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               where Methods.Contains(operation.Key)
               select Route(document, path.Key, operation.Key, operation.Value!),
        ];
    }

    /// <summary>Every name of a field that any body of any service has.</summary>
    public static IReadOnlyList<string> Fields() =>
    [
        .. Services.SelectMany(service => Read(service)["components"]!["schemas"]!.AsObject())
            .SelectMany(schema => schema.Value?["properties"]?.AsObject().Select(property => property.Key) ?? [])
            .Distinct(),
    ];

    private static DocumentedRoute Route(JsonNode document, string path, string method, JsonNode operation) => new(
        method.ToUpperInvariant(), path,
        [.. operation["x-roles"]?.AsArray().Select(role => role!.GetValue<string>()) ?? []],
        operation["security"] is JsonArray { Count: > 0 },
        operation["x-all-regions"]?.GetValue<bool>() == true,
        operation["parameters"]?.AsArray().Any(parameter => (string?)parameter!["name"] == "region" && (string?)parameter["in"] == "query") == true,
        [.. operation["requestBody"]?["content"]?.AsObject().Select(content => content.Key) ?? []],
        OnlyYesOrNo(document, operation["requestBody"]?["content"]?["application/json"]?["schema"]));

    private static bool OnlyYesOrNo(JsonNode document, JsonNode? schema)
    {
        var name = ((string?)schema?["$ref"])?.Split('/')[^1];
        var fields = name is null ? null : document["components"]!["schemas"]![name]!["properties"]?.AsObject();
        return fields is { Count: > 0 } && fields.All(field => field.Value!["type"]?.ToJsonString().Contains("boolean", StringComparison.Ordinal) == true);
    }
}
