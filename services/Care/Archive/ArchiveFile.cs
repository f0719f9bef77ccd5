using System.Globalization;
using System.Text;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Care.Archive;

/// <summary>Cases as a file that opens in a spreadsheet.</summary>
internal static class ArchiveFile
{
    private static readonly Text[] Headers =
    [
        new("编号", "Number"), new("产品", "Product"), new("工单", "Ticket"), new("月份", "Month"), new("类别", "Nature"), new("是否投诉", "Complaint"),
        new("故障分类", "Fault class"), new("未一次解决原因", "Not solved first time"), new("业务", "Service"), new("渠道", "Channel"), new("严重程度", "Severity"),
        new("处理结果", "Resolution"), new("受理时间 (UTC)", "Opened (UTC)"), new("解决时间 (UTC)", "Resolved (UTC)"), new("是否及时", "In time"), new("历时（日）", "Days"),
        new("是否重复办结", "Closed again"),
    ];

    public static byte[] Csv(IEnumerable<AuditRow> rows, string language)
    {
        var text = new StringBuilder();
        Line(text, Headers.Select(header => header.In(language)));
        foreach (var row in rows) Line(text, Cells(row, ArchiveStore.Of<ArchivedCase>(row)));
        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];
    }

    private static IEnumerable<string?> Cells(AuditRow row, ArchivedCase one) =>
    [
        row.Number.ToString(CultureInfo.InvariantCulture), one.Product, row.Subject, one.Month, one.Nature, Word(one.IsComplaint), one.FaultClass, one.NotFirstTime,
        one.Service, one.Channel, one.Severity, one.Resolution, Time(one.OpenedAt), Time(one.ResolvedAt), Word(one.InTime),
        one.Days.ToString(CultureInfo.InvariantCulture), Word(one.Again),
    ];

    private static string Word(bool yes) => yes ? "yes" : "no";

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>All cells are codes, numbers and times: a code that a spreadsheet would take for a formula gets a quote before it.</summary>
    private static void Line(StringBuilder text, IEnumerable<string?> cells) =>
        text.AppendJoin(',', cells.Select(cell => cell is { Length: > 0 } && "=+-@\t\r".Contains(cell[0], StringComparison.Ordinal) ? "'" + cell : cell)
            .Select(cell => cell?.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell)).Append("\r\n");
}
