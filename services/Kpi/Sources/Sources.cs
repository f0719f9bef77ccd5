using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;

namespace ECommerce.Channels.Kpi.Sources;

/// <summary>From which offset on a source was counted in a partition; -1 where that was not written down.</summary>
internal readonly record struct SourceOffset(string Source, int Partition, long First);

/// <summary>
/// Forgetting a source. Sums do not tell whose they are, so everything counted goes, and what the log still holds is counted anew, without
/// the records of that source. That is right as long as the log holds everything that the other sources ever sent.
/// </summary>
internal static class Forgetting
{
    /// <summary>The sources, besides the one to be forgotten, of whose counted events the log has dropped some: they would be lost.</summary>
    public static IReadOnlyList<string> Lost(string source, IReadOnlyList<SourceOffset> counted, IReadOnlyList<OffsetRange> log)
    {
        var first = log.ToDictionary(range => range.Partition, range => range.First);
        return
        [
            .. counted.Where(one => one.Source != source && first.GetValueOrDefault(one.Partition) is > 0 and var kept && one.First < kept)
                .Select(one => one.Source).Distinct().Order(StringComparer.Ordinal),
        ];
    }
}

/// <param name="Force">Forget it although events of other sources are lost by it; they have to be imported again.</param>
/// <param name="DryRun">Only say whether it could be done.</param>
internal sealed record ForgetInput(bool Force, bool DryRun) : IJsonInput<ForgetInput>
{
    public static ForgetInput Read(JsonFields fields) => new(fields.OptionalBool("force") ?? false, fields.OptionalBool("dryRun") ?? false);
}

/// <summary>What forgetting a source came to.</summary>
/// <param name="Recounted">Records of the log that are read again.</param>
/// <param name="Lost">Other sources of whose events some are lost, and which have to be imported again.</param>
/// <param name="DryRun">Nothing was done.</param>
internal sealed record ForgottenBody(string Source, long Recounted, IReadOnlyList<string> Lost, bool DryRun);
