using System.Globalization;
using System.Numerics;
using DuckDB.NET.Data;

namespace ECommerce.Channels.Benchmarks.Values;

/// <summary>
/// Raw transactions, one row each, made by DuckDB itself and distributed as <see cref="Rollups.EventMaker"/> distributes them: a million
/// customers with a home region and brand, 10 channels × 40 services, 94 % successes. Spread evenly over the days, in the order of time.
/// The same rows are written to Parquet for DuckDB's own answers and read back here for the suite's.
/// </summary>
internal sealed class RawRows : IDisposable
{
    public const int Channels = 10, Services = 40, Regions = 31, Brands = 3, Customers = 1_000_000;
    private readonly Lazy<DuckDBConnection> duck = new(Open);
    private readonly string file;
    private readonly long count;
    private readonly long firstMinute;
    private readonly int days;

    /// <param name="firstMinute">Start of the first day, minutes since 1970 UTC; all days have 24 hours.</param>
    public RawRows(string file, long count, long firstMinute, int days)
    {
        (this.file, this.count, this.firstMinute, this.days) = (file, count, firstMinute, days);
    }

    public long Bytes => new FileInfo(file).Length;

    /// <summary>Codes as text, as events carry them: Parquet keeps them as a dictionary.</summary>
    public void WriteParquet() => Execute($"""
        COPY (
          SELECT epoch_ms({firstMinute * 60_000} + number * {days * 86_400_000L} // {count}) AS "at", customer,
                 'channel-' || channel AS channel, 'service-' || service AS service,
                 'region-' || (customer % {Regions}) AS region, 'brand-' || (customer % {Brands}) AS brand,
                 ['success', 'failed', 'abandoned'][outcome + 1] AS outcome, CASE outcome WHEN 1 THEN 'timeout' END AS reason,
                 amount * 100 AS amount, duration AS duration_ms
          FROM ({Made(0, count)}) ORDER BY number
        ) TO '{file}' (FORMAT parquet)
        """);

    /// <summary>The rows of one day.</summary>
    public IEnumerable<RawRow> Day(int day)
    {
        var (first, end) = (First(day), First(day + 1));
        using var command = duck.Value.CreateCommand();
        command.UseStreamingMode = true;
        command.CommandText = $"""
            SELECT customer::BIGINT | (channel::BIGINT << 20) | (service::BIGINT << 24) | (outcome::BIGINT << 30) | (duration::BIGINT << 32) | (amount::BIGINT << 46)
            FROM ({Made(first, end)})
            """;
        using var reader = command.ExecuteReader();
        while (reader.Read()) yield return RawRow.Of(reader.GetInt64(0));
    }

    /// <summary>The rows of an answer of DuckDB's over the Parquet file, named <c>events</c>.</summary>
    /// <param name="from">Minutes since 1970 UTC.</param>
    public List<double[]> Ask(string query, long from, long to)
    {
        using var command = duck.Value.CreateCommand();
        command.CommandText = $"""
            WITH events AS (
              SELECT *, ("at" + INTERVAL 8 HOUR)::DATE AS day FROM read_parquet('{file}')
              WHERE "at" >= epoch_ms({from * 60_000}) AND "at" < epoch_ms({to * 60_000}))
            {query}
            """;
        using var reader = command.ExecuteReader();
        var rows = new List<double[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? 0 : Number(reader.GetValue(i)))]);
        return rows;
    }

    /// <summary>Sums of whole numbers are as long as they need.</summary>
    private static double Number(object value) =>
        value is BigInteger whole ? (double)whole : Convert.ToDouble(value, CultureInfo.InvariantCulture);

    public void Dispose()
    {
        if (duck.IsValueCreated) duck.Value.Dispose();
    }

    private static DuckDBConnection Open()
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        return connection;
    }

    private long First(int day) => ((day * count) + days - 1) / days;

    /// <summary>Every field comes from the number of the row alone.</summary>
    private static string Made(long first, long end) => $"""
        SELECT number, (h % {Customers})::INTEGER AS customer, ((h >> 20) % {Channels})::INTEGER AS channel, ((h >> 28) % {Services})::INTEGER AS service,
               (CASE WHEN g % 100 < 94 THEN 0 WHEN g % 100 < 98 THEN 1 ELSE 2 END)::INTEGER AS outcome,
               (1 + (g >> 8) % 499)::INTEGER AS amount, (50 + (g >> 20) % 4950)::INTEGER AS duration
        FROM (SELECT range AS number, hash(range) AS h, hash(range + 1000000000000) AS g FROM range({first}, {end}))
        """;

    private void Execute(string sql)
    {
        using var command = duck.Value.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

/// <summary>A transaction: customer from 0, codes as ids from 1.</summary>
/// <param name="Outcome">0 success, 1 failed, 2 abandoned.</param>
internal readonly record struct RawRow(int Customer, ushort Channel, ushort Service, int Outcome, int Duration, long Amount)
{
    public ushort Region => (ushort)(1 + (Customer % RawRows.Regions));

    public ushort Brand => (ushort)(1 + (Customer % RawRows.Brands));

    public static RawRow Of(long packed) => new(
        (int)(packed & 0xfffff), (ushort)(1 + ((packed >> 20) & 0xf)), (ushort)(1 + ((packed >> 24) & 0x3f)), (int)((packed >> 30) & 3),
        (int)((packed >> 32) & 0x3fff), (packed >> 46) * 100);
}
