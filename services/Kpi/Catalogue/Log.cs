namespace ECommerce.Channels.Kpi.Catalogue;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The catalogue could not be read again: {Error}")]
    public static partial void RefreshFailed(ILogger logger, string error);
}
