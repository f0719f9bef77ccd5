using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Audit;

/// <summary>Whoever owns the database and switches the triggers off: each way of tampering is found and named by its first row.</summary>
public sealed class AuditTamperingTests(PostgresServer postgres)
{
    private const int Rows = 20;

    [Theory]
    [InlineData("actor = 'user:li'")]
    [InlineData("action = action || ' '")]
    [InlineData("subject = 'key:999'")]
    [InlineData("details = '{}'")]
    [InlineData("details = replace(details, ',', ', ')")]
    [InlineData("at = at + interval '1 microsecond'")]
    [InlineData("previous = sha256('')")]
    [InlineData("previous = ''")]
    [InlineData("hash = sha256('')")]
    [InlineData("hash = ''")]
    [InlineData("actor = action, action = actor")]
    [InlineData("actor = left(actor, -1), action = right(actor, 1) || action")]
    public async Task Verify_RowAltered_NamesIt(string change)
    {
        await using var audit = await WithRowsAsync();
        foreach (var number in new[] { Rows, 7, 1 })
        {
            await audit.TamperAsync($"UPDATE care.audit_log SET {change} WHERE number = {number}");
            await FoundAsync(audit, AuditFault.Altered, number);
        }
    }

    [Fact]
    public async Task Verify_RowsAlteredWithTheirOwnHashes_NamesTheFirstWhoseSuccessorDoesNotFit()
    {
        await using var audit = await WithRowsAsync();
        // The forger computes the row's hash anew, and stops there: the next row does not follow any more.
        await audit.TamperAsync("UPDATE care.audit_log SET actor = 'user:li' WHERE number <= 7");
        await audit.TamperAsync("CREATE TABLE care.tail AS SELECT * FROM care.audit_log WHERE number > 7");
        await audit.TamperAsync("DELETE FROM care.audit_log WHERE number > 7");
        await audit.RehashAsync();
        await audit.TamperAsync("INSERT INTO care.audit_log SELECT * FROM care.tail");
        var found = await audit.VerifyAsync();
        Assert.False(found.Intact);
        // Seven rows are a chain of their own that was never published.
        Assert.Equal(AuditFault.Rehashed, found.Finding!.Kind);
        Assert.Equal((1, 5), (found.Finding.From, found.Finding.Number));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public async Task Verify_RowDeleted_NamesIt(int number)
    {
        await using var audit = await WithRowsAsync();
        await audit.TamperAsync($"DELETE FROM care.audit_log WHERE number = {number}");
        await FoundAsync(audit, AuditFault.Deleted, number);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 1)]
    [InlineData(9, 4)]
    public async Task Verify_RowsDeletedAndTheRestRenumbered_NamesTheFirst(int number, int count)
    {
        await using var audit = await WithRowsAsync();
        await audit.TamperAsync($"DELETE FROM care.audit_log WHERE number >= {number} AND number < {number + count}");
        await RenumberAsync(audit, number, -count);
        await audit.TamperAsync($"UPDATE care.audit_head SET number = number - {count}");
        await FoundAsync(audit, AuditFault.Deleted, number);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public async Task Verify_RowInsertedWithAHashOfItsOwn_NamesIt(int number)
    {
        await using var audit = await WithRowsAsync();
        await RenumberAsync(audit, number, 1);
        await audit.TamperAsync($"""
            INSERT INTO care.audit_log SELECT {number}, at, 'user:li', action, subject, details, previous, sha256('forged')
            FROM care.audit_log WHERE number = {number + 1}
            """);
        await FoundAsync(audit, AuditFault.Inserted, number);
    }

    [Fact]
    public async Task Verify_RowInsertedThatFollowsRightly_NamesIt()
    {
        await using var audit = await WithRowsAsync();
        // The forger lets the service itself write row 9, on a head set back, and puts the old tail behind it.
        await audit.TamperAsync("CREATE TABLE care.tail AS SELECT * FROM care.audit_log WHERE number >= 9");
        await audit.TamperAsync("DELETE FROM care.audit_log WHERE number >= 9");
        await audit.TamperAsync("UPDATE care.audit_head SET number = 8, hash = (SELECT hash FROM care.audit_log WHERE number = 8)");
        await audit.AppendAsync(1);
        await audit.TamperAsync("INSERT INTO care.audit_log SELECT number + 1, at, actor, action, subject, details, previous, hash FROM care.tail");
        await audit.TamperAsync($"UPDATE care.audit_head SET number = {Rows + 1}, hash = (SELECT hash FROM care.tail ORDER BY number DESC LIMIT 1)");
        await FoundAsync(audit, AuditFault.Inserted, 9);
    }

    [Fact]
    public async Task Verify_RowAppendedPastTheHead_NamesIt()
    {
        await using var audit = await WithRowsAsync();
        await audit.TamperAsync("CREATE TABLE care.head AS SELECT * FROM care.audit_head");
        await audit.AppendAsync(1);
        await audit.TamperAsync("UPDATE care.audit_head h SET number = o.number, hash = o.hash FROM care.head o");
        await FoundAsync(audit, AuditFault.Inserted, Rows + 1);
    }

    [Fact]
    public async Task Verify_RowBeforeTheFirst_IsNamed()
    {
        await using var audit = await WithRowsAsync();
        await audit.TamperAsync("INSERT INTO care.audit_log SELECT 0, at, actor, action, subject, details, previous, hash FROM care.audit_log WHERE number = 1");
        await FoundAsync(audit, AuditFault.Inserted, 0);
    }

    [Theory]
    [InlineData(7, 8)]
    [InlineData(1, 2)]
    [InlineData(3, 15)]
    [InlineData(19, 20)]
    public async Task Verify_RowsSwapped_NamesTheFirst(int one, int other)
    {
        await using var audit = await WithRowsAsync();
        await audit.TamperAsync($"""
            UPDATE care.audit_log SET number = -1 WHERE number = {one};
            UPDATE care.audit_log SET number = {one} WHERE number = {other};
            UPDATE care.audit_log SET number = {other} WHERE number = -1
            """);
        await FoundAsync(audit, AuditFault.Swapped, one);
    }

    [Fact]
    public async Task Verify_TailCut_NamesTheFirstMissing()
    {
        await using var audit = await WithRowsAsync();
        await audit.TamperAsync("DELETE FROM care.audit_log WHERE number > 15");
        await FoundAsync(audit, AuditFault.Truncated, 16);
        await audit.TamperAsync("UPDATE care.audit_head SET number = 15, hash = (SELECT hash FROM care.audit_log WHERE number = 15)");
        await FoundAsync(audit, AuditFault.Truncated, 16);
    }

    [Fact]
    public async Task Verify_EverythingRemoved_NamesTheFirst()
    {
        await using var audit = await WithRowsAsync();
        await audit.TamperAsync("DELETE FROM care.audit_log; UPDATE care.audit_head SET number = 0, hash = sha256('\\x01'::bytea || convert_to('channels.audit care', 'UTF8'))");
        await FoundAsync(audit, AuditFault.Truncated, 1);
    }

    [Fact]
    public async Task Verify_TailCutAndServiceGoesOn_IsStillFound()
    {
        await using var audit = await WithRowsAsync();
        await audit.TamperAsync("DELETE FROM care.audit_log WHERE number > 15");
        await audit.TamperAsync("UPDATE care.audit_head SET number = 15, hash = (SELECT hash FROM care.audit_log WHERE number = 15)");
        await audit.AppendAsync(10);

        var found = (await audit.VerifyAsync()).Finding;

        Assert.Equal((AuditFault.Rehashed, 20, 16), (found!.Kind, found.Number, found.From));
    }

    [Theory]
    [InlineData("UPDATE care.audit_log SET actor = 'user:li' WHERE number = 7", 10, 6)]
    [InlineData("UPDATE care.audit_log SET actor = 'user:li' WHERE number = 18", 20, 16)]
    [InlineData("UPDATE care.audit_log SET details = '{\"i\":1}' WHERE number = 1", 5, 1)]
    public async Task Verify_WholeChainRehashed_IsFoundByThePublishedEnds(string change, int number, int from)
    {
        await using var audit = await WithRowsAsync();
        await audit.TamperAsync(change);
        await audit.RehashAsync();

        var found = (await audit.VerifyAsync()).Finding;

        Assert.Equal((AuditFault.Rehashed, number, from), (found!.Kind, found.Number, found.From));
    }

    [Fact]
    public async Task Rehash_NothingAltered_GivesTheSameChain()
    {
        // The forger of these tests computes rightly: else the tests above would prove nothing.
        await using var audit = await WithRowsAsync();
        await audit.RehashAsync();
        Assert.Null((await audit.VerifyAsync()).Finding);
    }

    [Theory]
    [InlineData("UPDATE care.audit_head SET hash = sha256('')")]
    [InlineData("DELETE FROM care.audit_head")]
    public async Task Verify_HeadAltered_IsNamed(string change)
    {
        await using var audit = await WithRowsAsync();
        await audit.TamperAsync(change);
        await FoundAsync(audit, AuditFault.Head, Rows);
    }

    /// <summary>Twenty rows, with the ends of 5, 10, 15 and 20 published, and the publisher gone.</summary>
    private async Task<AuditDatabase> WithRowsAsync()
    {
        var audit = await AuditDatabase.StartAsync(postgres, publish: false);
        for (var i = 0; i < 4; i++)
        {
            await audit.AppendAsync(Rows / 4);
            // Starting and stopping publishes the end there is.
            await audit.StopAsync();
            await audit.StartAsync(publish: true);
            await audit.StopAsync();
            await audit.StartAsync(publish: false);
        }
        Assert.Equal((true, 4), ((await audit.VerifyAsync()).Intact, (await audit.VerifyAsync()).PublishedHeads));
        return audit;
    }

    private static async Task FoundAsync(AuditDatabase audit, AuditFault kind, long number)
    {
        var found = (await audit.VerifyAsync()).Finding;
        Assert.Equal((kind, number), (found!.Kind, found.Number));
    }

    private static async Task RenumberAsync(AuditDatabase audit, int from, int by)
    {
        // By way of negative numbers: the key is unique at every moment.
        await audit.TamperAsync($"UPDATE care.audit_log SET number = -number WHERE number >= {from}");
        await audit.TamperAsync($"UPDATE care.audit_log SET number = -number + {by} WHERE number < 0");
    }
}
