using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Platform.Security;

internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Warning, "The gateway's public keys could not be read from {Place}; the known ones stay in use")]
    public static partial void KeysNotFetched(this ILogger log, string place, Exception error);

    [LoggerMessage(2002, LogLevel.Information, "A caller token was refused: {Reason}")]
    public static partial void TokenRefused(this ILogger log, string reason);

    [LoggerMessage(2003, LogLevel.Information, "{Subject} was not allowed to call {Method} {Route}")]
    public static partial void NotAllowed(this ILogger log, string subject, string method, string route);
}
