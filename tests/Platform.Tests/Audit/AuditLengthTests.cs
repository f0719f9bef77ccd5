using System.Diagnostics;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Audit;

public sealed class AuditLengthTests(PostgresServer postgres)
{
    /// <summary>A million rows take a while to write; run by hand with <c>-explicit only</c>, which also tells what a row costs.</summary>
    [Theory]
    [InlineData(20_000, Explicit = false)]
    [InlineData(1_000_000, Explicit = true)]
    public async Task Verify_ManyRows_IsIntact(int rows)
    {
        await using var audit = await AuditDatabase.StartAsync(postgres, publish: false);
        await using (var command = audit.Database.CreateCommand($$"""
            CREATE TEMP TABLE entry AS SELECT 'user:ann' AS actor, 'key.created' AS action, 'key:1' AS subject, '{"region":"440100","n":1}' AS details;
            WITH RECURSIVE chain (number, previous, hash) AS (
              SELECT 0::bigint, ''::bytea, hash FROM care.audit_head
              UNION ALL
              SELECT number + 1, hash, sha256('\x00'::bytea || hash || int8send(number + 1) || int8send(1700000000000000 + number + 1)
                || int4send(8) || 'user:ann'::bytea || int4send(11) || 'key.created'::bytea
                || int4send(5) || 'key:1'::bytea || int4send(25) || '{"region":"440100","n":1}'::bytea)
              FROM chain WHERE number < {{rows}})
            INSERT INTO care.audit_log
            SELECT number, to_timestamp(0) + (1700000000000000 + number) * interval '1 microsecond', actor, action, subject, details, previous, hash
            FROM chain, entry WHERE number > 0;
            UPDATE care.audit_head SET number = {{rows}}, hash = (SELECT hash FROM care.audit_log WHERE number = {{rows}})
            """))
        {
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var watch = Stopwatch.StartNew();
        var verified = await audit.VerifyAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"{rows} rows in {watch.Elapsed}");
        Assert.Equal((true, rows), (verified.Intact, (int)verified.Rows));
    }
}
