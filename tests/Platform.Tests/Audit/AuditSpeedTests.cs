using System.Diagnostics;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Audit;

public sealed class AuditSpeedTests(PostgresServer postgres)
{
    /// <summary>A million rows take half a minute to write; run by hand with <c>-explicit only</c>.</summary>
    [Theory]
    [InlineData(20_000, Explicit = false)]
    [InlineData(1_000_000, Explicit = true)]
    public async Task Verify_ManyRows_TakesMicrosecondsARow(int rows)
    {
        await using var audit = await AuditDatabase.StartAsync(postgres, publish: false);
        await using (var command = audit.Database.CreateCommand($$"""
            DO $$
            BEGIN
              FOR i IN 1..{{rows}} LOOP
                PERFORM care.audit_append(
                  int8send(1700000000000000 + i) || int4send(8) || convert_to('user:ann', 'UTF8') || int4send(11) || convert_to('key.created', 'UTF8')
                  || int4send(5) || convert_to('key:1', 'UTF8') || int4send(25) || convert_to('{"region":"440100","n":1}', 'UTF8'),
                  to_timestamp(0) + (1700000000000000 + i) * interval '1 microsecond', 'user:ann', 'key.created', 'key:1', '{"region":"440100","n":1}');
                -- The head's old versions go only after a commit.
                IF i % 500 = 0 THEN COMMIT; END IF;
              END LOOP;
            END $$
            """))
        {
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var watch = Stopwatch.StartNew();
        var verified = await audit.VerifyAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"{rows} rows in {watch.Elapsed}");
        Assert.Equal((true, rows), (verified.Intact, (int)verified.Rows));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2) + (rows * TimeSpan.FromMicroseconds(10)));
    }
}
