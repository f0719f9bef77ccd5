using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>Never a body, never a query: a caller's input may hold a phone number.</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Error, "Unexpected failure in {Method} {Route}")]
    public static partial void Unexpected(this ILogger log, Exception exception, string method, string route);

    [LoggerMessage(1002, LogLevel.Warning, "Answered 503 in {Method} {Route}: {Kind}: {Reason}")]
    public static partial void PartDown(this ILogger log, string kind, string reason, string method, string route);

    [LoggerMessage(1003, LogLevel.Warning, "The database of schema {Schema} is not there yet, or busy ({Reason}); trying again")]
    public static partial void DatabaseNotThere(this ILogger log, string schema, string reason);

    [LoggerMessage(1004, LogLevel.Information, "Schema {Schema} is up to date")]
    public static partial void Migrated(this ILogger log, string schema);

    [LoggerMessage(1005, LogLevel.Information, "Draining: not ready from now on, stopping in {Delay}")]
    public static partial void Draining(this ILogger log, TimeSpan delay);

    [LoggerMessage(1006, LogLevel.Warning, "The answer to an idempotent call could not be kept; the same call again may execute twice")]
    public static partial void AnswerNotKept(this ILogger log, Exception exception);

    [LoggerMessage(1007, LogLevel.Warning, "An answer of more than {Limit} bytes is not kept for its Idempotency-Key ({Method} {Route})")]
    public static partial void AnswerTooLarge(this ILogger log, long limit, string method, string route);

    [LoggerMessage(1008, LogLevel.Warning, "Old idempotency keys could not be removed: {Reason}")]
    public static partial void PruningFailed(this ILogger log, string reason);

    [LoggerMessage(1009, LogLevel.Warning, "The lease of an idempotent call could not be renewed: {Reason}")]
    public static partial void LeaseNotRenewed(this ILogger log, string reason);

    [LoggerMessage(1010, LogLevel.Warning, "Part {Part} is {Status}: {Reason}")]
    public static partial void PartNotWell(this ILogger log, string part, string status, string reason);

    [LoggerMessage(1011, LogLevel.Information, "Part {Part} is well again")]
    public static partial void PartUpAgain(this ILogger log, string part);
}
