using System.Net;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests;

public sealed class PseudonymsTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pseudonyms_OfNumbersAndOthers_AreInOrderWithNullForWhatIsNone()
    {
        await using var care = await CareHost.StartAsync(postgres);
        using var response = await care.PostAsync(
            new { numbers = new[] { "13812345678", "nothing", "+86 138-1234-5678", null, "", "12345", new string('1', 5000) } }, Roles.Portal, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            """{"pseudonyms":["c_aboev8y2j05LmGmvzUYA8qvjt",null,"c_aboev8y2j05LmGmvzUYA8qvjt",null,null,null,null]}""",
            await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData(Roles.Portal, 200)]
    [InlineData(Roles.Agent, 200)]
    [InlineData(Roles.Admin, 200)]
    [InlineData(Roles.Manager, 403)]
    [InlineData(Roles.Supervisor, 403)]
    [InlineData(Roles.Interviewer, 403)]
    [InlineData(Roles.Sre, 403)]
    public async Task Pseudonyms_ByRole_AreForPortalAgentAndAdmin(string role, int status)
    {
        await using var care = await CareHost.StartAsync(postgres);
        using var response = await care.PostAsync(new { numbers = Array.Empty<string>() }, role, Cancellation);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Pseudonyms_WithoutCredentials_Are401()
    {
        await using var care = await CareHost.StartAsync(postgres);
        using var response = await care.Anonymous.PostAsync("/api/v1/care/pseudonyms", null, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("{}", "numbers")]
    [InlineData("""{"numbers":null}""", "numbers")]
    [InlineData("""{"numbers":"13812345678"}""", "numbers")]
    [InlineData("""{"numbers":{"0":"13812345678"}}""", "numbers")]
    [InlineData("""{"numbers":["1",13812345678,true]}""", "numbers.1,numbers.2")]
    [InlineData("[]", "body")]
    [InlineData("\"13812345678\"", "body")]
    [InlineData("", "body")]
    [InlineData("{\"numbers\":[", "body")]
    [InlineData("""{"numbers":[],"numbers":[]}""", "body")]
    public async Task Pseudonyms_OfBadInput_Are400NamingWhatIsWrong(string body, string fields)
    {
        await using var care = await CareHost.StartAsync(postgres);
        using var response = await care.PostAsync(new StringContent(body, Encoding.UTF8, "application/json"), Roles.Portal, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = JsonDocument.Parse(text).RootElement.GetProperty("errors");
        Assert.Equal(fields, string.Join(',', errors.EnumerateObject().Select(error => error.Name)));
        Assert.DoesNotContain("13812345678", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, 200)]
    [InlineData(1001, 400)]
    public async Task Pseudonyms_OfManyNumbers_AreAThousandAtMost(int count, int status)
    {
        await using var care = await CareHost.StartAsync(postgres);
        var numbers = Enumerable.Range(0, count).Select(i => $"139{i:D8}").ToArray();
        using var response = await care.PostAsync(new { numbers }, Roles.Agent, Cancellation);
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement;
        Assert.Equal(status, (int)response.StatusCode);
        if (status == 400) Assert.True(answer.GetProperty("errors").TryGetProperty("numbers", out _));
        else Assert.Equal(count, answer.GetProperty("pseudonyms").EnumerateArray().Select(pseudonym => pseudonym.GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Call_LeavesOneAuditLine_WithTheCountsAlone()
    {
        await using var care = await CareHost.StartAsync(postgres);
        using var taken = await care.PostAsync(new { numbers = new[] { "13812345678", "x" } }, Roles.Portal, Cancellation, "key:portal7");
        using var refused = await care.PostAsync(new { numbers = "13812345678" }, Roles.Portal, Cancellation, "key:portal8");
        await using var database = NpgsqlDataSource.Create(care.Connection);
        await using var command = database.CreateCommand("SELECT actor, action, details::text FROM care.audit_log");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        Assert.True(await reader.ReadAsync(Cancellation));
        Assert.Equal(("key:portal7", "pseudonyms.create"), (reader.GetString(0), reader.GetString(1)));
        Assert.Equal("""{"numbers":2,"pseudonyms":1}""", reader.GetString(2));
        Assert.False(await reader.ReadAsync(Cancellation));
    }

    [Fact]
    public async Task Call_ThatCannotBeAudited_TellsNothing()
    {
        await using var care = await CareHost.StartAsync(postgres);
        await using var database = NpgsqlDataSource.Create(care.Connection);
        await using (var command = database.CreateCommand("ALTER TABLE care.audit_log RENAME TO gone")) await command.ExecuteNonQueryAsync(Cancellation);
        using var response = await care.PostAsync(new { numbers = new[] { "13812345678" } }, Roles.Portal, Cancellation);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("c_a", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_OfACall_AreNowhereInTheDatabase()
    {
        await using var care = await CareHost.StartAsync(postgres);
        using var body = new StringContent("""{"numbers":["13812345678"]}""", Encoding.UTF8, "application/json");
        body.Headers.Add("Idempotency-Key", "k1");
        using var response = await care.PostAsync(body, Roles.Portal, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var everything = await EverythingAsync(care.Connection);
        Assert.NotEmpty(everything);
        Assert.DoesNotContain("13812345678", everything, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.ASCII.GetBytes("13812345678")), everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_IsTheCommittedOne()
    {
        await using var care = await CareHost.StartAsync(postgres);
        await ApiDocuments.AssertCommittedAsync(care.Anonymous, "care", care.Services, Cancellation);
    }

    /// <summary>Every row of every table of the service, as text; binary columns as hexadecimal.</summary>
    private static async Task<string> EverythingAsync(string connection)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand("""
            SELECT coalesce(string_agg(xpath, E'\n'), '') FROM (
              SELECT query_to_xml(format('SELECT t::text FROM %I.%I t', table_schema, table_name), true, false, '')::text AS xpath
              FROM information_schema.tables WHERE table_schema = 'care') x
            """);
        return (string)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
