using Microsoft.AspNetCore.Http;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>The problem that stands for a bare status: what routing, sign-in and the server itself refuse has a body like any other error.</summary>
public static class StatusProblems
{
    public static readonly TimeSpan RetrySoon = TimeSpan.FromSeconds(1);

    public static Problem Of(int status) => status switch
    {
        400 => Problem.Of(400, "bad-input", new("输入有误", "The input is not valid")),
        401 => Problem.Unauthenticated(),
        403 => Problem.Forbidden(),
        404 => Problem.NotFound(),
        405 => Problem.Of(405, "method-not-allowed", new("不支持该方法", "The method is not allowed here")),
        406 => Problem.Of(406, "not-acceptable", new("无法提供所要求的格式", "No acceptable format")),
        408 => Problem.Of(408, "request-timeout", new("请求发送过慢", "The request took too long to arrive")),
        409 => Problem.Of(409, "conflict", new("与当前状态冲突", "Conflicts with the current state")),
        412 => Problem.PreconditionFailed(),
        413 => Problem.TooLarge(),
        415 => Problem.Of(415, "unsupported-media-type", new("不支持该内容类型", "The content type is not supported")),
        422 => Problem.Of(422, "unprocessable", new("内容无法处理", "The content cannot be processed")),
        428 => Problem.PreconditionRequired(),
        429 => Problem.TooMany(RetrySoon),
        431 => Problem.Of(431, "headers-too-large", new("请求头过大", "The request's headers are too large")),
        502 or 503 or 504 => Problem.Unavailable(RetrySoon),
        >= 500 => Problem.Internal(),
        _ => Problem.Of(status, "refused", new("请求被拒绝", "The request was refused")),
    };

    /// <summary>Writes a body where an answer of 4xx or 5xx has none yet; keeps the headers it has (Allow, WWW-Authenticate, Retry-After).</summary>
    public static Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        var bare = response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null };
        return bare ? Of(response.StatusCode).ExecuteAsync(context) : Task.CompletedTask;
    }
}
