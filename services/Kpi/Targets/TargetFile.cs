using System.IO.Compression;
using System.Text;
using System.Text.Unicode;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Platform.Hosting;
using MiniExcelLibs;
using MiniExcelLibs.Csv;
using MiniExcelLibs.OpenXml;

namespace ECommerce.Channels.Kpi.Targets;

/// <summary>A row of a file; the header is row 1.</summary>
internal sealed record FileRow(int Row, IReadOnlyDictionary<string, object?> Cells);

/// <summary>
/// Reads targets out of CSV (UTF-8, UTF-16 with its mark, else GB18030, which reads GBK too) or XLSX (the first sheet). Nothing in a
/// file is ever computed: a formula counts as the value that is stored beside it.
/// </summary>
internal static class TargetFile
{
    public const string Csv = "text/csv";
    public const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    public const int MaxBytes = 4 << 20;

    /// <summary>What a workbook may unpack to.</summary>
    private const long MaxUnpacked = 64 << 20;

    /// <summary>The columns, and what they are called in Chinese.</summary>
    private static readonly (string Name, string Chinese)[] Columns =
        [("indicator", "指标"), ("channel", "渠道"), ("region", "地区"), ("month", "月份"), ("value", "目标值")];

    static TargetFile() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <returns>The rows that hold anything, or why there are none to read.</returns>
    public static (IReadOnlyList<FileRow> Rows, Problem? Refused) Read(MemoryStream body, bool isXlsx)
    {
        if (isXlsx && !IsWorkbook(body)) return ([], Refuse("不是可读的 XLSX 文件", "Is no XLSX file that can be read"));
        try
        {
            var rows = isXlsx ? Sheet(body) : Table(body);
            return Named(rows.Take(TargetRules.MaxEdits + 2));
        }
        catch (Exception unreadable) when (unreadable is not OutOfMemoryException)
        {
            // The reader trusts a file more than it should and fails in many ways.
            return ([], Refuse("文件无法读取", "The file cannot be read"));
        }
    }

    /// <summary>Targets as a file that the import takes back; codes, not names.</summary>
    public static byte[] Write(IEnumerable<Target> targets, string language)
    {
        var header = Columns.Select(column => language.StartsWith("en", StringComparison.Ordinal) ? column.Name : column.Chinese).ToList();
        return FigureFiles.Csv(targets.Select(target => header.Zip(Cells(target)).ToDictionary(cell => cell.First, cell => cell.Second)), header);
    }

    private static object?[] Cells(Target target) =>
        [target.Key.Indicator, target.Key.Channel, target.Key.Region, TargetStore.Month(target.Key), target.Value];

    private static IEnumerable<IDictionary<string, object?>> Sheet(MemoryStream body) =>
        body.Query(excelType: ExcelType.XLSX, configuration: new OpenXmlConfiguration { EnableSharedStringCache = false }).Cast<IDictionary<string, object?>>();

    private static IEnumerable<IDictionary<string, object?>> Table(MemoryStream body)
    {
        var encoding = Utf8.IsValid(body.GetBuffer().AsSpan(0, (int)body.Length)) ? Encoding.UTF8 : Encoding.GetEncoding("GB18030");
        var how = new CsvConfiguration { StreamReaderFunc = stream => new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: true) };
        return body.Query(excelType: ExcelType.CSV, configuration: how).Cast<IDictionary<string, object?>>();
    }

    private static (IReadOnlyList<FileRow> Rows, Problem? Refused) Named(IEnumerable<IDictionary<string, object?>> rows)
    {
        Dictionary<string, string>? columns = null;
        var read = new List<FileRow>();
        var number = 0;
        foreach (var row in rows)
        {
            number++;
            if (columns is null)
            {
                columns = Header(row);
                var missing = Columns.Select(column => column.Name).Except(columns.Values).ToList();
                if (missing.Count > 0) return ([], Refuse($"首行缺少列 {string.Join("、", missing)}", $"The first row lacks {string.Join(", ", missing)}"));
                continue;
            }
            var cells = columns.ToDictionary(column => column.Value, column => row.TryGetValue(column.Key, out var cell) ? cell : null);
            if (cells.Values.Any(cell => !string.IsNullOrWhiteSpace(cell?.ToString()))) read.Add(new FileRow(number, cells));
        }
        if (columns is null) return ([], Refuse("文件为空", "The file is empty"));
        if (number > TargetRules.MaxEdits + 1) return ([], Refuse($"超过 {TargetRules.MaxEdits} 行", $"Has more than {TargetRules.MaxEdits} rows"));
        return (read, null);
    }

    /// <summary>Column letters to the names we know; of two alike the first counts.</summary>
    private static Dictionary<string, string> Header(IDictionary<string, object?> row)
    {
        var named = new Dictionary<string, string>();
        foreach (var (letter, cell) in row)
        {
            var text = cell?.ToString()?.Trim() ?? "";
            var name = Columns.FirstOrDefault(column => column.Chinese == text || column.Name.Equals(text, StringComparison.OrdinalIgnoreCase)).Name;
            if (name is not null && !named.ContainsValue(name)) named[letter] = name;
        }
        return named;
    }

    /// <summary>A zip that unpacks to no more than a workbook of targets could; what it says of its own size is not believed.</summary>
    private static bool IsWorkbook(MemoryStream body)
    {
        try
        {
            using var zip = new ZipArchive(body, ZipArchiveMode.Read, leaveOpen: true);
            var (left, buffer) = (MaxUnpacked, new byte[64 << 10]);
            foreach (var entry in zip.Entries)
            {
                using var part = entry.Open();
                for (int read; (read = part.Read(buffer)) > 0;)
                    if ((left -= read) < 0) return false;
            }
            return zip.Entries.Count > 0;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        finally
        {
            body.Position = 0;
        }
    }

    private static Problem Refuse(string chinese, string english) => Problem.BadInput("body", chinese, english);
}
