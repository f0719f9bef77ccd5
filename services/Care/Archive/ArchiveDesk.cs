using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Npgsql;

namespace ECommerce.Channels.Care.Archive;

/// <summary>Something done about a product.</summary>
/// <param name="Product">A code.</param>
/// <param name="FaultClass">Which cases it is about; all of the product unless given.</param>
/// <param name="Text">What is done: 1 to 1,000 characters; numbers are masked.</param>
/// <param name="Owner">User name of who sees to it.</param>
/// <param name="From">The first month in which it should be felt, as 2026-12.</param>
internal sealed record MeasureInput(string Product, string Text, string From, string? FaultClass = null, string? Owner = null) : IJsonInput<MeasureInput>
{
    public static MeasureInput Read(JsonFields fields) => new(
        Calendars.Codes.Read(fields, "product") ?? fields.Code("product"), PhoneNumbers.Mask(fields.LongText("text", 1, 1_000)), ReadMonth(fields, "from"),
        fields.OptionalCode("faultClass"), Tickets.TicketFields.Person(fields, "owner"));

    public static string ReadMonth(JsonFields fields, string name)
    {
        var month = fields.String(name);
        if (month.Length > 0 && !ArchiveRules.IsMonth(month)) fields.Fail(name, "须为月份，如 2026-12", "Must be a month like 2026-12");
        return month;
    }
}

/// <param name="Month">Which one is judged, as 2026-12; not before the measure's first.</param>
/// <param name="Verdict">worked, or persists.</param>
internal sealed record VerdictInput(string Month, string Verdict) : IJsonInput<VerdictInput>
{
    public static VerdictInput Read(JsonFields fields) =>
        new(MeasureInput.ReadMonth(fields, "month"), fields.OneOf("verdict", ArchivedVerdict.Worked, ArchivedVerdict.Persists));
}

/// <summary>What people add to the archive: measures, and whether they worked.</summary>
internal sealed class ArchiveDesk(NpgsqlDataSource database, ArchiveStore store, AuditLog audit)
{
    public async Task<(string Id, ArchivedMeasure Measure)> TakeAsync(MeasureInput input, string by, CancellationToken cancellation)
    {
        var id = "m_" + Guid.CreateVersion7().ToString("N");
        var measure = new ArchivedMeasure(input.Product, input.FaultClass, input.Text, input.Owner, input.From);
        await AppendAsync(by, ArchivedMeasure.Kind, id, measure, cancellation);
        return (id, measure);
    }

    /// <summary>Judges a measure; the figures are those of now.</summary>
    public async Task<ArchivedVerdict> JudgeAsync(string id, ArchivedMeasure measure, VerdictInput input, string by, CancellationToken cancellation)
    {
        var earlier = ArchiveRules.Before(measure.From);
        var cases = await store.CasesAsync(measure.Product, earlier, input.Month, regions: null, cancellation);
        var counted = cases.Where(one => measure.FaultClass is null || one.FaultClass == measure.FaultClass).ToList();
        var (before, after) = (counted.Count(one => one.Month == earlier), counted.Count(one => one.Month == input.Month));
        var verdict = new ArchivedVerdict(measure.Product, id, input.Month, input.Verdict, before, after, ArchiveRules.Suggest(before, after));
        await AppendAsync(by, ArchivedVerdict.Kind, id, verdict, cancellation);
        return verdict;
    }

    private async Task AppendAsync(string by, string kind, string id, object entry, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var number = await store.AppendAsync(transaction, by, kind, id, entry, cancellation);
        await audit.AppendAsync(transaction, by, "archive." + kind, id, new { number }, cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
