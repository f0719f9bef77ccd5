using System.Text.Json;
using ECommerce.Channels.Care.Tests.Desk;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Archive;

/// <summary>The complaint archive, from the closing of tickets to the hand of who owns the database.</summary>
public sealed class ArchiveApiTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ticket_ClosedAndClosedAgain_IsKeptBothTimesAndCountsOnce()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await host.CustomerAsync("c_ann", new { region = "4401" });
        var id = await CloseAsync(host, "c_ann", text: "the switch was renewed");
        await DoAsync(host, $"/tickets/{id}/reopen");
        await DoAsync(host, $"/tickets/{id}/resolve", new { resolution = "solved", notFirstTime = "needs-visit" });
        await DoAsync(host, $"/tickets/{id}/close");
        var entries = await EntriesAsync(host);
        Assert.Equal([2, 1], entries.Select(one => one.GetProperty("number").GetInt32()));
        Assert.Equal((true, "needs-visit"), (entries[0].GetProperty("case").GetProperty("again").GetBoolean(), entries[0].GetProperty("case").Text("notFirstTime")));
        var month = Assert.Single((await MonthsAsync(host)).EnumerateArray());
        Assert.Equal((1, 1), (month.GetProperty("cases").GetInt32(), month.GetProperty("complaints").GetInt32()));
        var (_, opened) = await host.AsAsync("lead", HttpMethod.Get, "/archive/entries/1", null, Roles.Supervisor);
        Assert.Equal("the switch was renewed", opened.Text("text"));
        Assert.DoesNotContain("the switch was renewed", entries[^1].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("c_ann", entries[^1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ticket_WithoutAProduct_IsNotKept()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await CloseAsync(host, "c_ann", product: null);
        Assert.Empty(await EntriesAsync(host));
    }

    [Fact]
    public async Task Tickets_ClosedAtOnce_AreNumberedWithoutAGapAndTheChainHolds()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => CloseAsync(host, "c_" + i)));
        var entries = await EntriesAsync(host);
        Assert.Equal(Enumerable.Range(1, 30).Reverse(), entries.Select(one => one.GetProperty("number").GetInt32()));
        await FoundAsync(host, null, 30);
    }

    [Theory]
    [InlineData("UPDATE care.archive_log SET details = replace(details, 'network', 'billing') WHERE number = 3", "altered", 3)]
    [InlineData("DELETE FROM care.archive_log WHERE number = 3", "deleted", 3)]
    [InlineData("UPDATE care.archive_log SET number = number + 100 WHERE number >= 4; UPDATE care.archive_log SET number = number - 99 WHERE number > 100; INSERT INTO care.archive_log SELECT 4, at, actor, action, subject, details, hash, sha256('x') FROM care.archive_log WHERE number = 3", "inserted", 4)]
    [InlineData("UPDATE care.archive_log SET number = CASE number WHEN 3 THEN 1003 ELSE 1004 END WHERE number IN (3, 4); UPDATE care.archive_log SET number = 1007 - number WHERE number > 1000", "swapped", 3)]
    [InlineData("DELETE FROM care.archive_log WHERE number > 4; UPDATE care.archive_head SET number = 4, hash = (SELECT hash FROM care.archive_log WHERE number = 4)", "truncated", 5)]
    public async Task Row_TouchedByWhoOwnsTheDatabase_IsNamed(string tampering, string kind, int number)
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        for (var i = 0; i < 6; i++) await CloseAsync(host, "c_ann");
        await FoundAsync(host, null, 6);
        await PublishedAsync(host, 6);
        await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "ALTER TABLE care.archive_log DISABLE TRIGGER ALL; ALTER TABLE care.archive_head DISABLE TRIGGER ALL; ALTER TABLE care.archive_customers DROP CONSTRAINT archive_customers_number_fkey; " + tampering);
        await command.ExecuteNonQueryAsync(Cancellation);
        await FoundAsync(host, kind, number);
    }

    [Fact]
    public async Task Row_ChangedByTheService_IsRefused()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await CloseAsync(host, "c_ann");
        foreach (var change in new[] { "UPDATE archive_log SET actor = 'x'", "DELETE FROM archive_log", "TRUNCATE archive_log CASCADE" })
        {
            await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(change);
            Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancellation))).SqlState);
        }
    }

    [Fact]
    public async Task Customer_Erased_LeavesTheChainWholeAndNothingToRead()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await host.CustomerAsync("c_ann", new { region = "4401" });
        await CloseAsync(host, "c_ann", text: "the switch was renewed");
        await host.CallAsync(HttpMethod.Delete, DeskCalls.Root + "/customers/c_ann", null, Roles.Admin, Cancellation);
        await FoundAsync(host, null, 1);
        Assert.Null((await host.AsAsync("lead", HttpMethod.Get, "/archive/entries/1", null, Roles.Supervisor)).Body.Text("text"));
        await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT count(*) FROM archive_customers WHERE customer = 'c_ann'");
        Assert.Equal(0L, await command.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Supervisor_OfAnotherRegion_SeesNeitherCasesNorCounts()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await host.CustomerAsync("c_ann", new { region = "4401" });
        await CloseAsync(host, "c_ann");
        var path = $"/archive/months?product=callerid&from={Month}&to={Month}";
        Assert.Equal(0, (await host.AsAsync("lead", HttpMethod.Get, path, null, Roles.Supervisor, "4403")).Body.GetProperty("months")[0].GetProperty("cases").GetInt32());
        Assert.Empty((await host.AsAsync("lead", HttpMethod.Get, "/archive/entries", null, Roles.Supervisor, "4403")).Body.GetProperty("items").EnumerateArray());
        Assert.Empty((await host.AsAsync("lead", HttpMethod.Get, "/archive/products", null, Roles.Supervisor, "4403")).Body.GetProperty("products").EnumerateArray());
        Assert.Equal(404, (await host.AsAsync("lead", HttpMethod.Get, "/archive/entries/1", null, Roles.Supervisor, "4403")).Status);
        Assert.Equal(1, (await host.AsAsync("lead", HttpMethod.Get, path, null, Roles.Supervisor, "4401")).Body.GetProperty("months")[0].GetProperty("cases").GetInt32());
    }

    [Fact]
    public async Task Measure_TakenAndJudged_StandsInItsMonths()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await CloseAsync(host, "c_ann");
        var measure = new { product = "callerid", faultClass = "network", text = "renew the switch, call 13812345678", from = Month };
        var (made, taken) = await host.AsAsync("lead", HttpMethod.Post, "/archive/measures", measure, Roles.Supervisor);
        Assert.Equal((201, "renew the switch, call ***********"), (made, taken.Text("text")));
        var id = taken.Text("id");
        Assert.Equal(403, (await host.AsAsync("lead", HttpMethod.Post, $"/archive/measures/{id}/verdicts", new { month = Month, verdict = "persists" }, Roles.Supervisor)).Status);
        var (_, judged) = await host.AsAsync("boss", HttpMethod.Post, $"/archive/measures/{id}/verdicts", new { month = Month, verdict = "persists" }, Roles.Manager);
        Assert.Equal((0, 1, "persists"), (judged.GetProperty("before").GetInt32(), judged.GetProperty("after").GetInt32(), judged.Text("suggested")));
        Assert.Equal("persists", Assert.Single((await MonthsAsync(host)).EnumerateArray().Single().GetProperty("measures").EnumerateArray()).Text("verdict"));
        Assert.Equal(["month", "verdict"], (await host.AsAsync("boss", HttpMethod.Post, $"/archive/measures/{id}/verdicts", new { month = "soon" }, Roles.Manager)).Wrong());
        Assert.Equal(["from", "product", "text"], (await host.AsAsync("lead", HttpMethod.Post, "/archive/measures", new { from = "2026-13" }, Roles.Supervisor)).Wrong());
        Assert.Equal(["from", "product", "to"], (await host.AsAsync("lead", HttpMethod.Get, "/archive/months", null, Roles.Supervisor)).Wrong());
        Assert.Equal(["kind", "month", "nature"], (await host.AsAsync("lead", HttpMethod.Get, "/archive/entries?kind=x&month=y&nature=z", null, Roles.Supervisor)).Wrong());
    }

    [Fact]
    public async Task File_OfCases_OpensInASpreadsheetAndLeavesAnAuditLine()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await CloseAsync(host, "c_ann");
        using var request = new HttpRequestMessage(HttpMethod.Get, DeskCalls.Root + "/archive/entries.csv?product=callerid");
        host.Sign(request, Roles.Supervisor, []);
        using var answer = await host.Anonymous.SendAsync(request, Cancellation);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var lines = System.Text.Encoding.UTF8.GetString(bytes[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("1,callerid,t_", lines[1], StringComparison.Ordinal);
        await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT count(*) FROM audit_log WHERE action = 'archive.export'");
        Assert.Equal(1L, await command.ExecuteScalarAsync(Cancellation));
    }

    private static string Month => TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM");

    private static async Task<string> CloseAsync(CareHost host, string customer, string? product = "callerid", string? text = null)
    {
        var ticket = new { customer, type = "complaint", subject = "no caller display", product, faultClass = "network", channel = "app" };
        var (status, made) = await host.AsAsync("wang", HttpMethod.Post, "/tickets", ticket);
        Assert.Equal(201, status);
        var id = made.GetProperty("id").GetString()!;
        await DoAsync(host, $"/tickets/{id}/resolve", new { resolution = "solved", text });
        await DoAsync(host, $"/tickets/{id}/close");
        return id;
    }

    private static async Task DoAsync(CareHost host, string path, object? body = null)
    {
        var (status, answer) = await host.AsAsync("wang", HttpMethod.Post, path, body);
        Assert.True(status == 200, $"{path}: {status} {answer}");
    }

    private static async Task<IReadOnlyList<JsonElement>> EntriesAsync(CareHost host) =>
        [.. (await host.AsAsync("lead", HttpMethod.Get, "/archive/entries", null, Roles.Supervisor)).Body.GetProperty("items").EnumerateArray()];

    private static async Task<JsonElement> MonthsAsync(CareHost host) =>
        (await host.AsAsync("lead", HttpMethod.Get, $"/archive/months?product=callerid&from={Month}&to={Month}", null, Roles.Supervisor)).Body.GetProperty("months");

    /// <param name="kind">Null: whole, with so many rows.</param>
    private static async Task FoundAsync(CareHost host, string? kind, int number)
    {
        var (_, answer) = await host.AsAsync("sre", HttpMethod.Get, "/archive/verify", null, Roles.Sre);
        if (kind is null) Assert.Equal((true, number), (answer.GetProperty("intact").GetBoolean(), answer.GetProperty("rows").GetInt32()));
        else Assert.Equal((kind, number), (answer.GetProperty("finding").Text("kind"), answer.GetProperty("finding").GetProperty("number").GetInt32()));
    }

    /// <summary>Lines of a file to which the service may be writing.</summary>
    private static List<string> Heads(CareHost host)
    {
        using var reader = new StreamReader(new FileStream(host.HeadsFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. reader.ReadToEnd().Split('\n')];
    }

    /// <summary>The chain's end is outside of the database, too.</summary>
    private static Task PublishedAsync(CareHost host, int number) => Tools.UntilAsync("the end of the chain is published", TimeSpan.FromSeconds(30), async () =>
        (await host.AsAsync("sre", HttpMethod.Get, "/archive/verify", null, Roles.Sre)).Body.GetProperty("publishedHeads").GetInt32() > 0
        && Heads(host).Any(line => line.Contains("care/archive", StringComparison.Ordinal) && line.Contains($"\"number\":{number},", StringComparison.Ordinal)), Cancellation);
}
