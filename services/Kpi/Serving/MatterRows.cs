using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Serving;

/// <summary>Matters as they were last told; a lower revision changes nothing. They come on the topic of conversations.</summary>
internal sealed class MatterRows(ServingCodes codes, OperatorZone zone)
{
    public Task SettledAsync(IEnumerable<ConsumedRecord> records, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        var told = records.Where(record => record.Envelope?.Type == MatterSettled.Type)
            .Select(record => ServingRows.Read<MatterSettled>(record, one => IsComplete(one.Matter)).Matter);
        return ServingRows.WriteAsync(transaction, ServingRows.Newest(told, one => one.Id, one => one.Revision), Row, cancellation);
    }

    public static async Task JudgedAsync(IEnumerable<ConsumedRecord> records, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        foreach (var record in records.Where(record => record.Envelope?.Type == MattersJudged.Type))
        {
            var judged = ServingRows.Read<MattersJudged>(record, one => one.Through.Year >= 2000);
            await using var command = new NpgsqlCommand("""
                INSERT INTO serving_judged (through, told_at) VALUES ($1, $2) ON CONFLICT (through) DO NOTHING
                """, transaction.Connection, transaction).With(judged.Through.UtcDateTime).With(record.AppendedAt.UtcDateTime);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static bool IsComplete(MatterFacts? one) =>
        one is { Id.Length: > 0, Customer.Length: > 0, Kind.Length: > 0, Contacts: >= 0, Revision: > 0 } && one.FirstAt.Year >= 2000;

    private NpgsqlBatchCommand Row(MatterFacts one)
    {
        var day = zone.DayOf(one.FirstAt);
        return new NpgsqlBatchCommand("""
            INSERT INTO serving_matters AS m (id, revision, bucket, channel, service, region, brand, day, kind, contacts, electronic, bounced, hopped, first_solved)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT (id) DO UPDATE SET revision = EXCLUDED.revision, bucket = EXCLUDED.bucket, channel = EXCLUDED.channel, service = EXCLUDED.service,
              region = EXCLUDED.region, brand = EXCLUDED.brand, day = EXCLUDED.day, kind = EXCLUDED.kind, contacts = EXCLUDED.contacts,
              electronic = EXCLUDED.electronic, bounced = EXCLUDED.bounced, hopped = EXCLUDED.hopped, first_solved = EXCLUDED.first_solved
            WHERE m.revision < EXCLUDED.revision
            """)
            .With(one.Id).With(one.Revision).With(ServingRows.BucketOf(one.Customer)).WithCodes(codes, day, one.Channel, one.Service, one.Region, one.Brand)
            .WithDay(day).With(one.Kind).With(one.Contacts).With(one.Electronic).With(one.Bounced).With(one.Hopped).With(one.FirstSolved);
    }
}
