using ECommerce.Channels.Imports;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary>What the program ends with; part of what scripts rely on.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failure = 1;
    public const int WrongUsage = 2;
    public const int NotFound = 3;
    public const int Denied = 4;

    public static int Of(Exception fault) => fault switch
    {
        UsageException or MappingException => WrongUsage,
        FileNotFoundException or DirectoryNotFoundException => NotFound,
        ApiException { Status: 401 or 403 } => Denied,
        ApiException { Status: 404 } => NotFound,
        ApiException { Status: 400 } => WrongUsage,
        _ => Failure,
    };
}
