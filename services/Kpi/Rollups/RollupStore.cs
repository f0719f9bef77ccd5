using System.Text;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>Loads what a slice's events touch. Writing is <see cref="RollupCommit"/>.</summary>
internal sealed class RollupStore(NpgsqlDataSource database)
{
    /// <summary>All customers of a slice; once, when it is taken.</summary>
    public async Task LoadCustomersAsync(SliceState slice, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT block FROM customer_numbers
            WHERE residue % least(modulus, $1) = $2 % least(modulus, $1) ORDER BY id
            """).With(slice.Slice.Modulus).With(slice.Slice.Residue);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            slice.Customers.Load(reader.GetFieldValue<byte[]>(0), slice.Slice);
    }

    /// <summary>By hash of the source, the offset before which its records of this partition are forgotten.</summary>
    public async Task<IReadOnlyDictionary<ulong, long>> ForgottenAsync(LogIdentity log, int partition, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT source, before_offset FROM forgotten_sources WHERE topic_id = $1 AND partition = $2")
            .With(log.TopicId).With(partition);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var forgotten = new Dictionary<ulong, long>();
        while (await reader.ReadAsync(cancellation)) forgotten[CodeTable.Hash(Encoding.UTF8.GetBytes(reader.GetString(0)))] = reader.GetInt64(1);
        return forgotten;
    }

    public async Task LoadAsync(BatchParser missing, CancellationToken cancellation)
    {
        if (missing.MissingHours.Count > 0) await LoadHoursAsync(missing.MissingHours, cancellation);
        if (missing.MissingDays.Count > 0) await LoadDaysAsync(missing.MissingDays, cancellation);
        foreach (var (slice, import, rows) in missing.MissingRows) await LoadRowsAsync(slice, import, rows, cancellation);
    }

    private async Task LoadHoursAsync(List<(SliceState Slice, SeenHour Hour)> missing, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT m.place::int, s.block
            FROM unnest($1::bigint[], $2::int[], $3::int[]) WITH ORDINALITY m (hour, modulus, residue, place)
            JOIN seen_events s ON s.hour = m.hour AND s.residue % least(s.modulus, m.modulus) = m.residue % least(s.modulus, m.modulus)
            """)
            .With(missing.Select(item => item.Hour.Hour).ToArray())
            .With(missing.Select(item => item.Slice.Slice.Modulus).ToArray())
            .With(missing.Select(item => item.Slice.Slice.Residue).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            missing[reader.GetInt32(0) - 1].Hour.Load(reader.GetFieldValue<byte[]>(1));
    }

    private async Task LoadDaysAsync(List<(SliceState Slice, CustomerDay Day)> missing, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT m.place::int, d.block
            FROM unnest($1::date[], $2::int[], $3::int[]) WITH ORDINALITY m (day, modulus, residue, place)
            JOIN customer_days d ON d.day = m.day AND d.residue % least(d.modulus, m.modulus) = m.residue % least(d.modulus, m.modulus)
            """)
            .With(missing.Select(item => item.Day.Day).ToArray())
            .With(missing.Select(item => item.Slice.Slice.Modulus).ToArray())
            .With(missing.Select(item => item.Slice.Slice.Residue).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (slice, day) = missing[reader.GetInt32(0) - 1];
            day.Load(reader.GetFieldValue<byte[]>(1), slice.Slice);
        }
    }

    private async Task LoadRowsAsync(SliceState slice, string import, ImportRows rows, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT block FROM import_rows
            WHERE import = $1 AND residue % least(modulus, $2) = $3 % least(modulus, $2)
            """).With(import).With(slice.Slice.Modulus).With(slice.Slice.Residue);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) rows.Load(reader.GetFieldValue<byte[]>(0));
    }
}
