using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ECommerce.Channels.Testing;

/// <summary>
/// The committed API documents <c>docs/api/SERVICE.json</c>: clients are generated from them, so that a change of the API shows in
/// review. Run the test with <c>CHANNELS_WRITE_DOCUMENTS=1</c> to write a document anew.
/// </summary>
public static partial class ApiDocuments
{
    private static readonly JsonSerializerOptions Pretty = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>
    /// Compares what a running service serves with the committed document, and that with its routes; looks at what every operation must say.
    /// </summary>
    /// <param name="services">The services of its application: where its routes are.</param>
    public static async Task AssertCommittedAsync(HttpClient client, string service, IServiceProvider services, CancellationToken cancellation)
    {
        var served = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json", cancellation))!;
        Assert.StartsWith("3.1", served["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        AssertOperations(served);
        AssertComplete(served, services.GetRequiredService<RouteTable>().Routes());
        var file = Path.Combine(Checkout.Folder, "docs", "api", service + ".json");
        var text = served.ToJsonString(Pretty) + "\n";
        if (Environment.GetEnvironmentVariable("CHANNELS_WRITE_DOCUMENTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text, cancellation);
        }
        Assert.True(File.Exists(file), $"{file} is not there: run this test with CHANNELS_WRITE_DOCUMENTS=1");
        var committed = await File.ReadAllTextAsync(file, cancellation);
        Assert.True(text == committed, $"{file} has drifted from the routes: run this test with CHANNELS_WRITE_DOCUMENTS=1 and commit it");
    }

    /// <summary>A route that is kept out of the document would be kept out of every test of the documents' routes.</summary>
    private static void AssertComplete(JsonNode document, IEnumerable<RouteEndpoint> routes)
    {
        var mapped = from route in routes
                     where route.Metadata.GetMetadata<ForwardedRoute>() is null
                     let path = Constraint().Replace("/" + route.RoutePattern.RawText?.Trim('/'), "")
                     where path.StartsWith("/api/", StringComparison.OrdinalIgnoreCase)
                     from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["any method"]
                     select $"{method} {path}";
        var documented = from path in document["paths"]!.AsObject()
                         from operation in path.Value!.AsObject()
                         where operation.Value?["responses"] is not null
                         select $"{operation.Key.ToUpperInvariant()} {path.Key}";
        Assert.Equal(mapped.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@":[^}]*(?=\})")]
    private static partial Regex Constraint();

    private static void AssertOperations(JsonNode document)
    {
        var names = new HashSet<string>();
        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in item!.AsObject().Where(pair => pair.Value?["responses"] is not null))
            {
                var where = $"{method} {path}";
                Assert.True(operation!["operationId"]?.GetValue<string>() is { } id && names.Add(id), where + " has no operationId of its own");
                var open = operation["security"] is not JsonArray { Count: > 0 };
                Assert.True(open || operation["x-roles"] is JsonArray { Count: > 0 }, where + " names no roles");
                Assert.True(operation["summary"] is not null, where + " has no summary");
                Assert.True(operation["responses"]!["503"] is not null, where + " has no problems");
            }
        }
    }
}
