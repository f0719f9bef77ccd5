using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>
/// An answer that is an error: problem details (RFC 9457) with a stable <c>type</c>, a title in the caller's language, a correlation
/// id, and for bad input every wrong field. Nothing internal is in it.
/// </summary>
public sealed class Problem : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    public const string ContentType = "application/problem+json";

    private readonly int status;
    private readonly string slug;
    private readonly Text title;
    private readonly FieldErrors? errors;
    private readonly TimeSpan? retryAfter;

    private Problem(int status, string slug, Text title, FieldErrors? errors = null, TimeSpan? retryAfter = null)
    {
        this.status = status;
        this.slug = slug;
        this.title = title;
        this.errors = errors;
        this.retryAfter = retryAfter;
    }

    public int? StatusCode => status;

    public Text Title => title;

    public static Problem BadInput(FieldErrors errors) => new(400, "bad-input", new("输入有误", "The input is not valid"), errors);

    public static Problem BadInput(string field, string chinese, string english)
    {
        var one = new FieldErrors();
        one.Add(field, chinese, english);
        return BadInput(one);
    }

    public static Problem Unauthenticated() => new(401, "unauthenticated", new("未登录或凭证无效", "No valid credentials"));

    public static Problem Forbidden() => new(403, "forbidden", new("没有权限", "Not allowed"));

    public static Problem NotFound() => new(404, "not-found", new("找不到", "Not found"));

    public static Problem Conflict(string slug, Text title) => new(409, slug, title);

    /// <summary>412: the thing was changed by someone else since the caller read it.</summary>
    public static Problem PreconditionFailed() =>
        new(412, "precondition-failed", new("内容已被他人修改，请刷新后重试", "It was changed by someone else; read it again"));

    /// <summary>428: this call needs If-Match.</summary>
    public static Problem PreconditionRequired() => new(428, "precondition-required", new("需要 If-Match 请求头", "If-Match is required here"));

    public static Problem TooLarge() => new(413, "too-large", new("请求内容过大", "The request is too large"));

    public static Problem Internal() => new(500, "internal", new("服务内部错误", "Something went wrong inside"));

    public static Problem Unavailable(TimeSpan retryAfter) =>
        new(503, "unavailable", new("服务暂不可用，请稍后重试", "A part is down; try again later"), retryAfter: retryAfter);

    public static Problem TooMany(TimeSpan retryAfter) =>
        new(429, "too-many-requests", new("请求过于频繁，请稍后重试", "Too many requests; try again later"), retryAfter: retryAfter);

    /// <summary>Any other status, with a stable slug for its type.</summary>
    public static Problem Of(int status, string slug, Text title, TimeSpan? retryAfter = null) => new(status, slug, title, retryAfter: retryAfter);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(400, typeof(ProblemBody), [ContentType]));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var language = CallerLanguage.Of(httpContext.Request);
        var response = httpContext.Response;
        response.StatusCode = status;
        response.Headers.ContentLanguage = language;
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait && response.Headers.RetryAfter.Count == 0)
            response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString();
        var body = new ProblemBody($"urn:channels:problem:{slug}", title.In(language), status, Correlation.Of(httpContext), errors?.In(language));
        var json = JsonSerializer.SerializeToUtf8Bytes(body, JsonOf(httpContext));
        response.ContentType = ContentType;
        response.ContentLength = json.Length;
        // Not the request's token: a request that ran out of time is answered all the same.
        await response.Body.WriteAsync(json, CancellationToken.None);
    }

    private static JsonSerializerOptions JsonOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
}

/// <summary>The body of every error.</summary>
/// <param name="Type">Stable name of the kind of problem.</param>
/// <param name="Title">What is wrong, in the caller's language.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="CorrelationId">Names this request in logs and traces.</param>
/// <param name="Errors">For bad input: each wrong field with what is wrong about it.</param>
public sealed record ProblemBody(
    string Type, string Title, int Status, string CorrelationId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors = null);

/// <summary>The id that names a request in its answer, in logs and in traces: the trace id.</summary>
public static class Correlation
{
    public const string Header = "X-Correlation-Id";

    public static string Of(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
}

/// <summary>The language a caller reads: zh-CN unless English is preferred by Accept-Language.</summary>
public static class CallerLanguage
{
    public static string Of(HttpRequest request)
    {
        var preferred = request.GetTypedHeaders().AcceptLanguage
            .Where(language => language.Quality != 0)
            .OrderByDescending(language => language.Quality ?? 1);
        foreach (var language in preferred)
        {
            if (language.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase)) return "en";
            if (language.Value.StartsWith("zh", StringComparison.OrdinalIgnoreCase)) return "zh-CN";
        }
        return "zh-CN";
    }
}
