using System.Reflection;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>An input that reads itself from JSON, field by field, recording every wrong one.</summary>
public interface IJsonInput<out TSelf>
{
    static abstract TSelf Read(JsonFields fields);
}

/// <summary>
/// A handler's parameter: the JSON body, read and checked. The handler runs only if every field is right; otherwise the caller gets
/// 400 with all the wrong ones (or 415 where it is no JSON by its content type). <typeparamref name="T"/> is its schema in the document.
/// </summary>
public sealed record JsonBody<T>(T Value) : IBindableFromHttpContext<JsonBody<T>>, IEndpointParameterMetadataProvider
    where T : IJsonInput<T>
{
    public static async ValueTask<JsonBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!context.Request.HasJsonContentType()) throw new ProblemException(StatusProblems.Of(415));
        var fields = await JsonInput.ReadAsync(context.Request, context.RequestAborted);
        var value = T.Read(fields);
        if (fields.Errors.Any) throw new ProblemException(Problem.BadInput(fields.Errors));
        return new JsonBody<T>(value);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));
}

/// <summary>Reads a JSON body as a whole, strictly: UTF-8, one value, no field twice, at most 64 deep.</summary>
public static class JsonInput
{
    private static readonly JsonDocumentOptions Strict = new()
    {
        MaxDepth = 64,
        AllowDuplicateProperties = false,
    };

    /// <exception cref="ProblemException">400 naming <c>body</c>: no JSON, broken UTF-8, a field given twice.</exception>
    public static async Task<JsonFields> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, cancellation);
        return new JsonFields(Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length)));
    }

    /// <exception cref="ProblemException">As above.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        var errors = new FieldErrors();
        return TryParse(json, errors) ?? throw new ProblemException(Problem.BadInput(errors));
    }

    /// <summary>The value; null with what is wrong in <paramref name="errors"/>: a line among others is no reason to refuse them all.</summary>
    public static JsonElement? TryParse(ReadOnlyMemory<byte> json, FieldErrors errors)
    {
        try
        {
            if (Utf8.IsValid(json.Span))
            {
                using var document = JsonDocument.Parse(json, Strict);
                return document.RootElement.Clone();
            }
            errors.Add("body", "不是合法的 UTF-8", "Is not valid UTF-8");
        }
        catch (JsonException malformed)
        {
            JsonFields.Malformed(malformed, errors);
        }
        catch (InvalidOperationException)
        {
            // The name of a field holds half of a surrogate pair.
            errors.Add("body", "含无效的 Unicode 转义", "Holds an invalid Unicode escape");
        }
        return null;
    }
}
