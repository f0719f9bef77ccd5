using System.Text.Json;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Audit;

public sealed class AuditLogTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Append_EntryWithDetails_ReadsBackNewestFirstWithCanonicalDetails()
    {
        await using var audit = await AuditDatabase.StartAsync(postgres, publish: false);
        await audit.Log.AppendAsync(new AuditEntry("user:ann", "key.created", "key:1"), Cancellation);
        await audit.Log.AppendAsync(
            new AuditEntry("key:7", "pseudonyms.read", "门户", new { b = 1.50m, a = "<张&三>", c = new { z = 1, y = (int?)null } }), Cancellation);

        var rows = await audit.Log.ReadAsync(null, 10, Cancellation);

        Assert.Equal([2L, 1L], rows.Select(row => row.Number));
        Assert.Equal("""{"a":"<张&三>","b":1.50,"c":{"y":null,"z":1}}""", rows[0].Details);
        Assert.Equal("null", rows[1].Details);
        Assert.Equal(1, Assert.Single(await audit.Log.ReadAsync(2, 10, Cancellation)).Number);
        Assert.True((await audit.VerifyAsync()).Intact);
    }

    [Fact]
    public async Task Append_TransactionRolledBack_LeavesNeitherRowNorGap()
    {
        await using var audit = await AuditDatabase.StartAsync(postgres, publish: false);
        await using (var connection = await audit.Database.OpenConnectionAsync(Cancellation))
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancellation);
            await audit.Log.AppendAsync(transaction, "user:ann", "key.created", "key:1", null, Cancellation);
            await transaction.RollbackAsync(Cancellation);
        }
        await audit.AppendAsync(1);

        var row = Assert.Single(await audit.Log.ReadAsync(null, 10, Cancellation));
        Assert.Equal(1, row.Number);
        Assert.True((await audit.VerifyAsync()).Intact);
    }

    [Fact]
    public async Task Append_ManyWritersSomeOfWhomGiveUp_IsOneChainWithoutForkOrGap()
    {
        await using var audit = await AuditDatabase.StartAsync(postgres);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                await using var connection = await audit.Database.OpenConnectionAsync(Cancellation);
                await using var transaction = await connection.BeginTransactionAsync(Cancellation);
                await audit.Log.AppendAsync(transaction, $"user:{writer}", "thing.changed", $"{i}", new { writer }, Cancellation);
                if (i % 5 == 0) await transaction.RollbackAsync(Cancellation);
                else await transaction.CommitAsync(Cancellation);
            }
        })));

        var verified = await audit.VerifyAsync();
        Assert.Null(verified.Finding);
        Assert.Equal(16 * 20, verified.Rows);
        await audit.PublishedAsync(16 * 20);
    }

    [Theory]
    [InlineData("UPDATE care.audit_log SET actor = 'x'")]
    [InlineData("DELETE FROM care.audit_log")]
    [InlineData("DELETE FROM care.audit_log WHERE false")]
    [InlineData("TRUNCATE care.audit_log")]
    [InlineData("DELETE FROM care.audit_head")]
    [InlineData("TRUNCATE care.audit_head")]
    public async Task Table_ChangedByAnyStatement_IsRefused(string sql)
    {
        await using var audit = await AuditDatabase.StartAsync(postgres, publish: false);
        await audit.AppendAsync(1);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => audit.ExecuteAsync(sql));

        Assert.Equal("42501", refused.SqlState);
        Assert.Equal(1, (await audit.VerifyAsync()).Rows);
    }

    [Fact]
    public async Task Entry_HostileText_IsKeptHarmlessAndVerifies()
    {
        await using var audit = await AuditDatabase.StartAsync(postgres, publish: false);
        var hostile = "a\0b\n\ud800c" + new string('长', 600);

        await audit.Log.AppendAsync(new AuditEntry(hostile, "x", hostile, new { text = "a\0b\ud800", emoji = "😀" }), Cancellation);

        var row = Assert.Single(await audit.Log.ReadAsync(null, 10, Cancellation));
        Assert.StartsWith("a\ufffdb\ufffd\ufffdc长", row.Actor, StringComparison.Ordinal);
        Assert.Equal(512, row.Actor.Length);
        Assert.Equal("😀", JsonDocument.Parse(row.Details).RootElement.GetProperty("emoji").GetString());
        Assert.True((await audit.VerifyAsync()).Intact);
    }

    [Fact]
    public async Task Heads_AfterCommit_ArePublishedInAFileOnlyTheOwnerReads()
    {
        await using var audit = await AuditDatabase.StartAsync(postgres);
        await audit.AppendAsync(1);
        await audit.PublishedAsync(1);
        await audit.AppendAsync(4);
        await audit.PublishedAsync(5);

        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(audit.HeadsFile));
        var last = JsonDocument.Parse(File.ReadLines(audit.HeadsFile).Last()).RootElement;
        Assert.Equal(["service", "number", "hash", "at"], last.EnumerateObject().Select(member => member.Name));
        Assert.Equal("care", last.GetProperty("service").GetString());
        var verified = await audit.VerifyAsync();
        Assert.Equal(last.GetProperty("hash").GetString(), verified.Hash);
        Assert.InRange(verified.PublishedHeads, 2, 5);
    }

    [Fact]
    public async Task Heads_ServiceStopped_WhatWasCommittedIsPublished()
    {
        await using var audit = await AuditDatabase.StartAsync(postgres);
        await audit.AppendAsync(3);
        await audit.StopAsync();
        Assert.Contains("\"number\":3,", File.ReadLines(audit.HeadsFile).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heads_LineTornByACrash_IsSkippedAndTheNextIsWhole()
    {
        await using var audit = await AuditDatabase.StartAsync(postgres);
        await audit.AppendAsync(1);
        await audit.PublishedAsync(1);
        await File.AppendAllTextAsync(audit.HeadsFile, """{"service":"care","numb""", Cancellation);
        await audit.AppendAsync(1);
        await audit.PublishedAsync(2);

        var verified = await audit.VerifyAsync();
        Assert.True(verified.Intact);
        Assert.Equal((2, 1), (verified.PublishedHeads, verified.DamagedLines));
    }

    [Fact]
    public async Task Heads_FileSharedByTwoServices_LosesNoLine()
    {
        await using var first = await AuditDatabase.StartAsync(postgres, publish: false);
        await using var second = await AuditDatabase.StartAsync(postgres, publish: false);
        await first.StopAsync();
        await second.StopAsync();
        await first.StartAsync(publish: true, schema: "kpi");
        await second.StartAsync(publish: true, headsFile: first.HeadsFile);

        await Task.WhenAll(AppendOneByOneAsync(first), AppendOneByOneAsync(second));

        var services = File.ReadLines(first.HeadsFile).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("service").GetString()).ToList();
        Assert.True(services.Count(service => service == "kpi") >= 10);
        Assert.True(services.Count(service => service == "care") >= 10);
        Assert.Equal(0, (await first.VerifyAsync()).DamagedLines);
        Assert.True((await first.VerifyAsync()).Intact);
        Assert.True((await second.VerifyAsync()).Intact);

        async Task AppendOneByOneAsync(AuditDatabase audit)
        {
            for (var i = 1; i <= 10; i++)
            {
                await audit.AppendAsync(1);
                await audit.PublishedAsync(i);
            }
        }
    }
}
