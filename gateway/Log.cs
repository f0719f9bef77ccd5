namespace ECommerce.Channels.Gateway;

internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Warning, "A request for {Service} was not forwarded: {Error} {Exception}")]
    public static partial void NotForwarded(this ILogger log, string service, string error, string exception);

    [LoggerMessage(3002, LogLevel.Warning, "Accounts and keys could not be read: {Exception}; the known ones are used for a minute")]
    public static partial void DirectoryNotRead(this ILogger log, string exception);

    [LoggerMessage(3003, LogLevel.Information, "Sign-in failed from {Address}")]
    public static partial void SignInFailed(this ILogger log, string address);

    [LoggerMessage(3004, LogLevel.Warning, "A change from another site was refused: {Reason}, {Method} {Path}")]
    public static partial void CrossSiteRefused(this ILogger log, string reason, string method, string path);

    [LoggerMessage(3005, LogLevel.Information, "An API key was refused")]
    public static partial void KeyRefused(this ILogger log);

    [LoggerMessage(3006, LogLevel.Warning, "Sign-in with OpenID Connect failed: {Exception}")]
    public static partial void OpenIdFailed(this ILogger log, string exception);
}
