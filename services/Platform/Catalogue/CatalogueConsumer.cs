using System.Text.Json;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Platform.Catalogue;

/// <summary>Keeps what the topic of the catalogue tells: the last record of an entry is all of it.</summary>
internal sealed class CatalogueConsumer : IRecordHandler
{
    public async Task HandleAsync(IReadOnlyList<ConsumedRecord> records, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        foreach (var record in records)
        {
            if (record.Envelope is { } envelope && envelope.Type != CatalogueChanged.Type) continue;
            var changed = Read(record);
            await using var command = new NpgsqlCommand("""
                INSERT INTO catalogue_entries (kind, code, history) VALUES ($1, $2, $3)
                ON CONFLICT (kind, code) DO UPDATE SET history = EXCLUDED.history
                """, transaction.Connection, transaction);
            command.With(changed.Kind).With(changed.Code).With(JsonSerializer.Serialize(changed.History, JsonSerializerOptions.Web), NpgsqlDbType.Jsonb);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static CatalogueChanged Read(ConsumedRecord record)
    {
        try
        {
            if (JsonSerializer.Deserialize<CatalogueChanged>(record.Value.Span, JsonSerializerOptions.Web) is { Kind.Length: > 0, Code.Length: > 0, History: not null } changed)
                return changed;
        }
        catch (JsonException malformed)
        {
            throw new PoisonRecordException(record, "no JSON of a catalogue's entry", inner: malformed);
        }
        throw new PoisonRecordException(record, "kind, code or history is missing");
    }
}
