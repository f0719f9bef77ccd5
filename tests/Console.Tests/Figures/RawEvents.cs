using System.Globalization;
using ECommerce.Channels.Simulator.Operator;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Console.Tests.Figures;

/// <summary>A figure as plain SQL finds it.</summary>
internal readonly record struct PlainFigure(decimal Part, decimal? Whole);

/// <summary>
/// The demo operator's transactions as rows of one table, and questions about them in plain SQL: no roll-up, no catalogue, nothing of kpi.
/// </summary>
internal sealed class RawEvents(NpgsqlDataSource database) : IAsyncDisposable
{
    private const string Table = """
        CREATE TABLE raw (
          at timestamptz NOT NULL, channel text NOT NULL, service text NOT NULL, region text NOT NULL, brand text NOT NULL, outcome text NOT NULL,
          reason text NOT NULL, customer integer NOT NULL, duration integer NOT NULL, amount bigint NOT NULL, assisted boolean NOT NULL)
        """;

    /// <summary>Loads every day from the first to <paramref name="to"/>, which is left out.</summary>
    public static async Task<RawEvents> LoadAsync(string connection, DemoOperator operated, DateOnly to, CancellationToken cancellation)
    {
        var database = NpgsqlDataSource.Create(connection);
        await using (var create = database.CreateCommand(Table)) await create.ExecuteNonQueryAsync(cancellation);
        await using var open = await database.OpenConnectionAsync(cancellation);
        await using var copy = await open.BeginBinaryImportAsync("COPY raw FROM STDIN BINARY", cancellation);
        for (var day = operated.FirstDay; day < to; day = day.AddDays(1))
            foreach (var one in operated.EventsOf(day)) await WriteAsync(copy, one, cancellation);
        await copy.CompleteAsync(cancellation);
        return new RawEvents(database);
    }

    /// <summary>Every cell with any transaction, by its bucket and its code.</summary>
    public async Task<IReadOnlyDictionary<(string At, string Code), PlainFigure>> AskAsync(CrossQuestion question, CancellationToken cancellation)
    {
        var formula = PlainFormula.All[question.Indicator];
        var parts = await RowsAsync(formula.Part, question, question.By, question.Channels, cancellation);
        if (formula.Whole is null) return parts.ToDictionary(cell => cell.Key, cell => new PlainFigure(cell.Value, null));
        var (by, channels) = (formula.WholeBy(question.By), formula.AllChannels ? [] : question.Channels);
        var wholes = await RowsAsync(formula.Whole, question, by, channels, cancellation);
        return parts.ToDictionary(
            cell => cell.Key, cell => new PlainFigure(cell.Value, wholes.GetValueOrDefault((cell.Key.At, by is null ? "" : cell.Key.Code))));
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private async Task<Dictionary<(string At, string Code), decimal>> RowsAsync(
        string aggregate, CrossQuestion question, string? by, string[] channels, CancellationToken cancellation)
    {
        var code = by is null ? "''" : by == "channel" ? "CASE WHEN channel = '微信小程序' THEN 'unknown' ELSE channel END" : by;
        var at = question.Grain switch
        {
            "day" => "to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')",
            "month" => "to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')",
            _ => $"'{question.From:yyyy-MM-dd}'",
        };
        await using var command = database.CreateCommand($"""
            SELECT {at}, {code}, {aggregate} FROM raw
            WHERE at >= $1::timestamp AT TIME ZONE 'Asia/Shanghai' AND at < $2::timestamp AT TIME ZONE 'Asia/Shanghai'
              AND ($3 = '' OR channel = ANY(string_to_array($3, ','))) AND ($4 = '' OR service = ANY(string_to_array($4, ',')))
              AND ($5 = '' OR region = ANY(string_to_array($5, ','))) AND ($6 = '' OR brand = ANY(string_to_array($6, ',')))
              {(by == "reason" ? "AND outcome = 'failed'" : "")}
            GROUP BY 1, 2
            """);
        command.Parameters.Add(new() { Value = question.From.ToDateTime(default) });
        command.Parameters.Add(new() { Value = question.To.ToDateTime(default) });
        foreach (var codes in new[] { channels, question.Services, question.Regions, question.Brands })
            command.Parameters.Add(new() { Value = string.Join(',', codes) });
        var rows = new Dictionary<(string, string), decimal>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            rows[(reader.GetString(0), reader.GetString(1))] = reader.IsDBNull(2) ? 0 : Convert.ToDecimal(reader.GetValue(2), CultureInfo.InvariantCulture);
        return rows;
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, DemoEvent one, CancellationToken cancellation)
    {
        await copy.StartRowAsync(cancellation);
        await copy.WriteAsync(DateTimeOffset.FromUnixTimeMilliseconds(one.At).UtcDateTime, NpgsqlDbType.TimestampTz, cancellation);
        string[] codes =
        [
            Codes.Channels[(int)one.Channel], Codes.Services[(int)one.Service], Codes.Regions[one.Region], Codes.Brands[one.Brand],
            Codes.Outcomes[(int)one.Outcome], Codes.Reasons[(int)one.Reason],
        ];
        foreach (var code in codes) await copy.WriteAsync(code, cancellation);
        await copy.WriteAsync(one.Customer, cancellation);
        await copy.WriteAsync(one.DurationMs, cancellation);
        await copy.WriteAsync((long)one.Amount, cancellation);
        await copy.WriteAsync(one.Assisted, cancellation);
    }
}

/// <summary>An indicator of contract section 5 as an aggregate of SQL.</summary>
/// <param name="Whole">The denominator; null where there is none.</param>
/// <param name="AllChannels">The denominator knows no channel.</param>
/// <param name="Share">The denominator is that of the whole bucket.</param>
internal sealed record PlainFormula(string Part, string? Whole = null, bool AllChannels = false, bool Share = false)
{
    private const string Electronic = "channel IN ('ivr', 'web', 'app', 'sms', 'ussd', 'wap', 'kiosk')";
    private const string Offloadable =
        "outcome = 'success' AND service IN ('payment.topup', 'balance.query', 'bill.query', 'password.change', 'callerid.on', 'plan.change')";

    public static IReadOnlyDictionary<string, PlainFormula> All { get; } = new Dictionary<string, PlainFormula>
    {
        ["attempts"] = new("count(*)"),
        ["attempts-share"] = new("count(*)", "count(*)", Share: true),
        ["successes"] = new(Count("outcome = 'success'")),
        ["failures"] = new(Count("outcome = 'failed'")),
        ["failures-share"] = new(Count("outcome = 'failed'"), Count("outcome = 'failed'"), Share: true),
        ["abandoned"] = new(Count("outcome = 'abandoned'")),
        ["success-rate"] = new(Count("outcome = 'success'"), Count("outcome <> 'abandoned'")),
        ["offload-rate"] = new(Count($"{Offloadable} AND {Electronic} AND NOT assisted"), Count(Offloadable), AllChannels: true),
        ["customers"] = new(Customers("outcome = 'success'")),
        ["electronic-customers"] = new(Customers($"outcome = 'success' AND {Electronic}")),
        ["active-customers"] = new("count(DISTINCT customer)"),
        ["penetration"] = new(Customers($"outcome = 'success' AND {Electronic}"), "count(DISTINCT customer)", AllChannels: true),
        ["amount"] = new(Sum("outcome = 'success'")),
        ["payment-amount"] = new(Sum("outcome = 'success' AND service = 'payment.topup'")),
        ["electronic-payment-amount"] = new(Sum($"outcome = 'success' AND service = 'payment.topup' AND {Electronic}")),
        ["electronic-payment-share"] = new(Sum($"outcome = 'success' AND service = 'payment.topup' AND {Electronic}"), Sum("outcome = 'success' AND service = 'payment.topup'")),
        ["package-volume"] = new(Count($"outcome = 'success' AND service = 'plan.change' AND {Electronic}")),
        ["number-selection-volume"] = new(Count($"outcome = 'success' AND service = 'number.select' AND {Electronic}")),
    };

    public string? WholeBy(string? by) => Share || (AllChannels && by == "channel") ? null : by;

    private static string Count(string condition) => $"count(*) FILTER (WHERE {condition})";

    private static string Customers(string condition) => $"count(DISTINCT customer) FILTER (WHERE {condition})";

    private static string Sum(string condition) => $"sum(amount) FILTER (WHERE {condition})";
}
