using System.Reflection;
using System.Text.Json.Nodes;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>
/// The OpenAPI 3.1 document of a service at <c>/openapi/v1.json</c>, generated from its routes: roles as <c>x-roles</c>, the two ways to
/// say who calls, and the problems that any route may answer.
/// </summary>
internal static class ApiDocument
{
    private const string ProblemSchema = "Problem";
    private const string Bearer = "key";
    private const string Session = "session";

    public static void AddApiDocument(this IServiceCollection services, string service) =>
        services.AddOpenApi("v1", options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer((document, context, cancellation) => DescribeAsync(document, context, service, cancellation));
            options.AddOperationTransformer(DescribeOperation);
            options.AddSchemaTransformer(SayNullItems);
            options.CreateSchemaReferenceId = type =>
                type.Type == typeof(ProblemBody) ? ProblemSchema : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        });

    public static void MapApiDocument(this WebApplication app) => app.MapOpenApi().AllowAnonymous();

    private static async Task DescribeAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, string service, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = $"E-channel operations suite: {service}",
            Version = "1",
        };
        // Where it is served says nothing about where the gateway is.
        document.Servers = [];
        document.AddComponent(ProblemSchema, await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, cancellation));
        document.AddComponent(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key: Authorization: Bearer chk_…",
        });
        document.AddComponent(Session, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Cookie,
            Name = "channels",
            Description = "The session of the console.",
        });
    }

    /// <summary>The framework does not see that the items of a list may be null (<c>IReadOnlyList&lt;string?&gt;</c>).</summary>
    private static Task SayNullItems(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        if (schema.Items is not OpenApiSchema { Type: { } type } items || context.JsonPropertyInfo?.AttributeProvider is not PropertyInfo property)
            return Task.CompletedTask;
        var of = new NullabilityInfoContext().Create(property);
        var item = of.ElementType ?? of.GenericTypeArguments.FirstOrDefault();
        if (item?.ReadState == NullabilityState.Nullable) items.Type = type | JsonSchemaType.Null;
        return Task.CompletedTask;
    }

    private static Task DescribeOperation(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var roles = metadata.OfType<RouteRoles>().LastOrDefault();
        if (roles is not null) Protect(operation, context, roles);
        if (metadata.OfType<AllRegionsRoute>().Any()) Extend(operation, "x-all-regions", JsonValue.Create(true));
        if (metadata.OfType<BodyLimit>().LastOrDefault() is { } limit) Extend(operation, "x-max-body-bytes", JsonValue.Create(limit.Bytes));
        var method = context.Description.HttpMethod;
        if (method is not "GET" && !metadata.OfType<KeylessRoute>().Any()) TakeKey(operation);
        if (metadata.OfType<PagedRoute>().Any()) TakePage(operation);
        foreach (var status in StatusesOf(operation, open: metadata.OfType<IAllowAnonymous>().Any(), method)) AddProblem(operation, context, status);
        return Task.CompletedTask;
    }

    private static void Protect(OpenApiOperation operation, OpenApiOperationTransformerContext context, RouteRoles roles)
    {
        Extend(operation, "x-roles", new JsonArray([.. roles.Allowed.Order(StringComparer.Ordinal).Select(role => JsonValue.Create(role))]));
        operation.Security = [Scheme(Bearer, context), Scheme(Session, context)];
    }

    private static OpenApiSecurityRequirement Scheme(string name, OpenApiOperationTransformerContext context) =>
        new() { [new OpenApiSecuritySchemeReference(name, context.Document)] = [] };

    private static void Extend(OpenApiOperation operation, string name, JsonNode value)
    {
        operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        operation.Extensions[name] = new JsonNodeExtension(value);
    }

    private static void TakeKey(OpenApiOperation operation)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = Idempotency.Header,
            In = ParameterLocation.Header,
            Description = "The same call with the same key is executed once; its answer is kept for a day at least.",
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                MinLength = 1,
                MaxLength = 255,
            },
        });
    }

    private static void TakePage(OpenApiOperation operation)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "limit",
            In = ParameterLocation.Query,
            Description = $"How many items; {PageRequest.Default} where it is not said.",
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = "1",
                Maximum = PageRequest.Most.ToString(),
            },
        });
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "cursor",
            In = ParameterLocation.Query,
            Description = "Of the previous page: its next.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }

    private static IEnumerable<int> StatusesOf(OpenApiOperation operation, bool open, string? method)
    {
        yield return 400;
        if (!open) yield return 401;
        if (!open) yield return 403;
        if (operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Path) == true) yield return 404;
        if (method is not "GET") yield return 409;
        if (operation.RequestBody is not null) yield return 413;
        if (operation.RequestBody is not null) yield return 415;
        if (method is not "GET") yield return 422;
        yield return 429;
        yield return 500;
        yield return 503;
    }

    private static void AddProblem(OpenApiOperation operation, OpenApiOperationTransformerContext context, int status)
    {
        operation.Responses ??= [];
        operation.Responses[status.ToString()] = new OpenApiResponse
        {
            Description = StatusProblems.Of(status).Title.English,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problem.ContentType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(ProblemSchema, context.Document) },
            },
        };
    }
}
