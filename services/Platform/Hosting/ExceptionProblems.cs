using System.Text.Json;
using System.Text.RegularExpressions;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.State;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>An error that knows its own answer, for code that cannot return one: the binding of a parameter, a rule deep in a store.</summary>
public sealed class ProblemException(Problem problem) : Exception($"Answered {problem.StatusCode}.")
{
    public Problem Problem => problem;
}

/// <summary>
/// What a caller sees of an exception: their own mistake as 4xx, a part that is down as 503 with Retry-After, the rest as 500 without
/// anything internal. Only 5xx is logged, once, here.
/// </summary>
internal sealed partial class ExceptionProblems(ILogger<ExceptionProblems> log) : IExceptionHandler
{
    private static readonly TimeSpan PartDown = TimeSpan.FromSeconds(2);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = Of(exception);
        if (problem.StatusCode == 500) log.Unexpected(exception, httpContext.Request.Method, RouteOf(httpContext));
        if (problem.StatusCode == 503) log.PartDown(exception.GetType().Name, exception.Message, httpContext.Request.Method, RouteOf(httpContext));
        await problem.ExecuteAsync(httpContext);
        return true;
    }

    public static Problem Of(Exception exception) => exception switch
    {
        ProblemException known => known.Problem,
        BadHttpRequestException { StatusCode: 400 } bad => BadRequest(bad),
        BadHttpRequestException bad => StatusProblems.Of(bad.StatusCode),
        EventLogFullException => Problem.TooMany(StatusProblems.RetrySoon),
        EventLogUnavailableException or StateUnavailableException => Problem.Unavailable(PartDown),
        NpgsqlException database when IsDown(database) => Problem.Unavailable(PartDown),
        _ => Problem.Internal(),
    };

    /// <summary>Not there, not ready, full, too busy, or refusing us: all of it ends without the caller changing anything.</summary>
    public static bool IsDown(NpgsqlException exception) =>
        exception.IsTransient || exception.SqlState?[..2] is "08" or "28" or "3D" or "53" or "57" or "58";

    private static Problem BadRequest(BadHttpRequestException exception)
    {
        if (exception.InnerException is JsonException json)
            return Problem.BadInput(JsonFields.Malformed(json));
        var parameter = BindingFailure().Match(exception.Message);
        return parameter.Success
            ? Problem.BadInput(parameter.Groups["name"].Value, "缺失或格式不对", "Is missing or malformed")
            : Problem.BadInput("body", "无法读取", "Cannot be read");
    }

    private static string RouteOf(HttpContext context) =>
        (context.GetEndpoint() as Microsoft.AspNetCore.Routing.RouteEndpoint)?.RoutePattern.RawText ?? "?";

    /// <summary>The framework says which parameter it could not bind in the message alone.</summary>
    [GeneratedRegex("""parameter "[^"]*?(?<name>[A-Za-z0-9_]+)" (from|was not provided)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BindingFailure();
}
