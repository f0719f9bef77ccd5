using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Platform.Audit;

internal static partial class Log
{
    [LoggerMessage(1301, LogLevel.Information, "Audit chain of {Service} ends at {Number} with {Hash}")]
    public static partial void Head(this ILogger log, string service, long number, string hash);

    [LoggerMessage(1302, LogLevel.Critical, "Audit chain of {Service} ends at {Number}, but {Published} was published: rows were removed")]
    public static partial void ChainCut(this ILogger log, string service, long number, long published);

    [LoggerMessage(1303, LogLevel.Error, "The end of the audit chain of {Service} could not be published ({Reason}); trying again")]
    public static partial void HeadNotPublished(this ILogger log, string service, string reason);
}
