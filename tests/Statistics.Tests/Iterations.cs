using System.Runtime.CompilerServices;
using CsCheck;

namespace ECommerce.Channels.Statistics.Tests;

internal static class Iterations
{
    /// <summary>Pure functions are cheap to try: every property runs over this many cases instead of CsCheck's 100.</summary>
    [ModuleInitializer]
    internal static void Raise() => Check.Iter = 5_000;
}
