using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace ECommerce.Channels.Imports;

/// <summary>One row of an export.</summary>
/// <param name="Number">1 for the first row below the headers; blank lines are not counted.</param>
/// <param name="Line">The line of the file it starts in, from 1.</param>
/// <param name="Cells">In the order of the columns; null where the row cannot be read as such.</param>
internal sealed record SourceRow(long Number, long Line, string Raw, IReadOnlyList<string?>? Cells);

/// <summary>
/// Reads rows from text with columns (RFC 4180) or one JSON object a line. A broken row costs itself and never its neighbours: a
/// quote that opens and does not close within <see cref="LongestQuotedRow"/> lines spoils its own line alone. That is why this
/// does not use a CSV library, which reads on to the next quote, wherever that is.
/// </summary>
internal sealed class RecordReader
{
    public const int LongestQuotedRow = 20;
    private const int LongestLine = 1 << 20;

    private readonly LineReader lines;
    private readonly char delimiter;
    private readonly bool json;

    private RecordReader(LineReader lines, char delimiter, bool json, IReadOnlyList<string> columns)
    {
        this.lines = lines;
        this.delimiter = delimiter;
        this.json = json;
        Columns = columns;
    }

    public IReadOnlyList<string> Columns { get; }

    /// <summary>Reads the headers; the columns of JSON are those that the mapping names.</summary>
    public static async Task<RecordReader> OpenAsync(TextReader text, Mapping mapping, bool looksLikeJson, CancellationToken cancellation)
    {
        var source = new LineReader(text, LongestLine);
        if (mapping.Format is { } format ? format == "ndjson" : looksLikeJson)
            return new RecordReader(source, ',', true, [.. mapping.Fields.Values.Select(rule => rule.Column).OfType<string>().Distinct()]);
        while (await source.NextAsync(cancellation) is { } line)
        {
            if (line.Text.Trim().Length == 0) continue;
            var headers = Split(line.Text, mapping.Delimiter[0]) ?? throw new InvalidDataException($"line {line.Number}: the headers cannot be read");
            return new RecordReader(source, mapping.Delimiter[0], false, [.. headers.Select(header => header ?? "")]);
        }
        throw new InvalidDataException("the file is empty");
    }

    public async IAsyncEnumerable<SourceRow> RowsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        long number = 0;
        while (await lines.NextAsync(cancellation) is { } line)
        {
            if (line.Text.AsSpan().Trim().IsEmpty) continue;
            number++;
            if (line.TooLong) yield return new SourceRow(number, line.Number, line.Text, null);
            else if (json) yield return new SourceRow(number, line.Number, line.Text, Members(line.Text));
            else if (Balanced(line.Text)) yield return new SourceRow(number, line.Number, line.Text, Split(line.Text, delimiter));
            else yield return await JoinedAsync(number, line, cancellation);
        }
    }

    /// <summary>A row with a line break inside quotes; where no following line makes a whole row of it, the first line alone.</summary>
    private async Task<SourceRow> JoinedAsync(long number, Line first, CancellationToken cancellation)
    {
        var taken = new List<Line>();
        var text = new StringBuilder(first.Text);
        while (taken.Count < LongestQuotedRow && await lines.NextAsync(cancellation) is { } next)
        {
            taken.Add(next);
            text.Append('\n').Append(next.Text);
            if (Balanced(next.Text)) continue;
            var joined = text.ToString();
            if (Split(joined, delimiter) is { } cells && cells.Count == Columns.Count) return new SourceRow(number, first.Number, joined, cells);
            break;
        }
        lines.PutBack(taken);
        return new SourceRow(number, first.Number, first.Text, null);
    }

    private static bool Balanced(string text) => text.AsSpan().Count('"') % 2 == 0;

    /// <summary>The cells of a row; null where a quote stands where none may.</summary>
    internal static IReadOnlyList<string?>? Split(string row, char delimiter)
    {
        var cells = new List<string?>(16);
        var rest = row.AsSpan();
        while (true)
        {
            if (rest is ['"', ..])
            {
                if (!TryQuoted(ref rest, out var cell)) return null;
                cells.Add(cell);
                if (rest.IsEmpty) return cells;
                if (rest[0] != delimiter) return null;
                rest = rest[1..];
                continue;
            }
            var end = rest.IndexOf(delimiter);
            cells.Add((end < 0 ? rest : rest[..end]).ToString());
            if (end < 0) return cells;
            rest = rest[(end + 1)..];
        }
    }

    private static bool TryQuoted(ref ReadOnlySpan<char> rest, out string cell)
    {
        var text = new StringBuilder();
        rest = rest[1..];
        while (rest.IndexOf('"') is var quote and >= 0)
        {
            text.Append(rest[..quote]);
            rest = rest[(quote + 1)..];
            if (rest is not ['"', ..])
            {
                cell = text.ToString();
                return true;
            }
            text.Append('"');
            rest = rest[1..];
        }
        cell = "";
        return false;
    }

    private IReadOnlyList<string?>? Members(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
            return [.. Columns.Select(column => document.RootElement.TryGetProperty(column, out var value) ? CellOf(value) : null)];
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? CellOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };
}

/// <summary>A line of a file, without its end. <paramref name="TooLong"/>: the text is only its beginning.</summary>
internal readonly record struct Line(long Number, string Text, bool TooLong);

/// <summary>Lines of bounded length, of which some can be put back.</summary>
internal sealed class LineReader(TextReader text, int longest)
{
    private readonly char[] buffer = new char[1 << 14];
    private readonly LinkedList<Line> back = [];
    private readonly StringBuilder pending = new();
    private int position;
    private int filled;
    private long number;

    public void PutBack(IReadOnlyList<Line> lines)
    {
        for (var i = lines.Count - 1; i >= 0; i--) back.AddFirst(lines[i]);
    }

    public async ValueTask<Line?> NextAsync(CancellationToken cancellation)
    {
        if (back.First is { } first)
        {
            back.RemoveFirst();
            return first.Value;
        }
        var tooLong = false;
        while (true)
        {
            if (position == filled && !await FillAsync(cancellation))
                return pending.Length == 0 ? null : Take(tooLong);
            var end = buffer.AsSpan(position, filled - position).IndexOf('\n');
            var piece = buffer.AsSpan(position, end < 0 ? filled - position : end);
            tooLong |= pending.Length + piece.Length > longest;
            pending.Append(piece[..Math.Min(piece.Length, longest - pending.Length)]);
            position += piece.Length + (end < 0 ? 0 : 1);
            if (end >= 0) return Take(tooLong);
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        position = 0;
        filled = await text.ReadAsync(buffer, cancellation);
        return filled > 0;
    }

    private Line Take(bool tooLong)
    {
        if (pending.Length > 0 && pending[^1] == '\r') pending.Length--;
        var line = new Line(++number, pending.ToString(), tooLong);
        pending.Clear();
        return line;
    }
}
