using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using ECommerce.Channels.Imports;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Care.Imports;

/// <summary>Where a piece stands in its file.</summary>
/// <param name="Rows">Before it.</param>
/// <param name="Lines">Before its first row.</param>
internal readonly record struct PieceStart(long Rows, long Lines)
{
    public Problem? Wrong()
    {
        var errors = new FieldErrors();
        if (Rows is < 0 or > int.MaxValue) errors.Add("row", "须为非负整数", "Must be a whole number, not negative");
        if (Lines is < 0 or > int.MaxValue) errors.Add("line", "须为非负整数", "Must be a whole number, not negative");
        return errors.Any ? Problem.BadInput(errors) : null;
    }
}

/// <summary>Reads a piece of an export as it comes, by the rules of the command line's import.</summary>
internal static class PieceReader
{
    private const int MostRows = 10_000;

    /// <param name="json">One JSON object a line, without headers.</param>
    public static async Task<(RowsBody? Rows, Problem? Refused)> ReadAsync(
        Stream body, bool json, Mapping mapping, Func<string, string?> pseudonym, PieceStart start, CancellationToken cancellation)
    {
        using var text = new StreamReader(body, Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
        try
        {
            var reader = await RecordReader.OpenAsync(text, mapping, json, cancellation);
            return await ReadAsync(reader, new RowMapper(mapping, reader.Columns, pseudonym), start, json ? 0 : 1, cancellation);
        }
        catch (Exception wrong) when (wrong is MappingException or InvalidDataException)
        {
            // Headers hold no numbers; who sends a file without any may have put its first row there.
            var why = PhoneNumbers.Mask(wrong.Message);
            return (null, Problem.BadInput("body", $"与映射不符：{why}", $"Does not fit the mapping: {why}"));
        }
    }

    private static async Task<(RowsBody?, Problem?)> ReadAsync(
        RecordReader reader, RowMapper mapper, PieceStart start, int headers, CancellationToken cancellation)
    {
        var (rows, transactions, rejected) = (0L, new List<RowTransaction>(), new List<RowReject>());
        await foreach (var source in reader.RowsAsync(cancellation))
        {
            rows = source.Number;
            if (rows > MostRows) return (null, Problem.BadInput("body", $"超过 {MostRows} 行", $"Has more than {MostRows} rows"));
            var (mapped, cause) = mapper.Map(source.Cells);
            if (mapped is not null) transactions.Add(RowTransaction.Of(start.Rows + rows, mapped));
            else rejected.Add(new RowReject(start.Rows + rows, start.Lines + source.Line - headers, cause!, PhoneNumbers.Mask(source.Raw)));
        }
        return (new RowsBody(rows, transactions, rejected), null);
    }
}

/// <summary>What became of the rows of a piece.</summary>
/// <param name="Rows">How many there were.</param>
internal sealed record RowsBody(long Rows, IReadOnlyList<RowTransaction> Transactions, IReadOnlyList<RowReject> Rejected);

/// <summary>A row as the import's route takes it, line by line.</summary>
/// <param name="Row">Of the file, from 1: a row that is sent again is recognised by it.</param>
/// <param name="Customer">The pseudonym.</param>
/// <param name="Amount">Fen.</param>
internal sealed record RowTransaction(
    long Row, string Id, string At, string Customer, string Channel, string Service, string Outcome,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Region,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Brand,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Amount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? DurationMs, bool Assisted,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Task,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Decision)
{
    public static RowTransaction Of(long number, MappedRow row) => new(
        number, row.Id, row.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture), row.Customer, row.Channel, row.Service,
        row.Outcome, row.Region, row.Brand, row.Reason, row.Amount, row.DurationMs, row.Assisted, row.Task, row.Decision);
}

/// <summary>A row that is no transaction.</summary>
/// <param name="Row">Of the file, from 1.</param>
/// <param name="Line">Of the file, from 1.</param>
/// <param name="Cause">columns, number, time, outcome, amount, duration, encoding, or the field that is wrong.</param>
/// <param name="Text">The row with everything masked that looks like a phone number.</param>
internal sealed record RowReject(long Row, long Line, string Cause, string Text);
