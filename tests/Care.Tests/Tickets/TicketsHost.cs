using System.Text.Json;
using ECommerce.Channels.Care.Tickets;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Tickets;

/// <summary>
/// Tickets over HTTP and a real database, with a customer of 4401 (gold), one of 4403, and one who is not in the directory. Nobody is
/// reminded but where a test says so.
/// </summary>
internal sealed class TicketsHost : IAsyncDisposable
{
    public const string Root = "/api/v1/care/tickets";
    public const string Guangzhou = "c_guangzhou";
    public const string Shenzhen = "c_shenzhen";
    public const string Stranger = "c_stranger";

    private TicketsHost(CareHost care) => Care = care;

    public CareHost Care { get; }

    public NpgsqlDataSource Database => Care.Services.GetRequiredService<NpgsqlDataSource>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<TicketsHost> StartAsync(PostgresServer postgres)
    {
        var host = new TicketsHost(await CareHost.StartAsync(postgres, ("Tickets:Interval", "01:00:00")));
        await host.Care.TellCatalogueAsync(Cancellation);
        await host.SendAsync(HttpMethod.Put, $"/api/v1/care/customers/{Guangzhou}", new { region = "4401", tier = "gold" }, 200);
        await host.SendAsync(HttpMethod.Put, $"/api/v1/care/customers/{Shenzhen}", new { region = "4403" }, 200);
        return host;
    }

    /// <summary>A watch of a replica of its own, which tells the time by the given clock.</summary>
    public TicketWatch Watch(TimeProvider time) =>
        ActivatorUtilities.CreateInstance<TicketWatch>(Care.Services, time, ActivatorUtilities.CreateInstance<WatchLease>(Care.Services));

    public static object Ticket(string customer = Guangzhou, string type = "complaint", string severity = "high", string description = "It is slow.") =>
        new { customer, type, severity, subject = "Billing", description, service = "payment.topup", channel = "app", faultClass = "billing", product = "callerid" };

    public async Task<string> OpenAsync(object? ticket = null, string role = Roles.Agent) =>
        (await SendAsync(HttpMethod.Post, Root, ticket ?? Ticket(), 201, role)).Text("id")!;

    /// <summary>An action that is allowed; the ticket after it.</summary>
    public Task<JsonElement> ActAsync(string id, string action, object? body = null) => SendAsync(HttpMethod.Post, $"{Root}/{id}/{action}", body, 200, Roles.Agent);

    public Task<JsonElement> GetAsync(string id) => SendAsync(HttpMethod.Get, $"{Root}/{id}", null, 200, Roles.Agent);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, int expected, string role = Roles.Admin, string? ifMatch = null)
    {
        var (status, answer) = await Care.CallAsync(method, path, body, role, Cancellation, ifMatch);
        Assert.True(status == expected, $"{method} {path}: {status} {(answer.ValueKind == JsonValueKind.Undefined ? "" : answer.GetRawText())}");
        return answer;
    }

    public Task<(int Status, JsonElement Body)> CallAsync(HttpMethod method, string path, object? body, string role, params string[] regions) =>
        Care.CallAsync(method, path, body, role, Cancellation, null, regions);

    public async Task<string[]> IdsAsync(string query, params string[] regions)
    {
        var (status, page) = await CallAsync(HttpMethod.Get, Root + query, null, Roles.Manager, regions);
        Assert.Equal(200, status);
        return [.. page.GetProperty("items").EnumerateArray().Select(one => one.Text("id")!)];
    }

    public async Task<List<string>> ReadAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var rows = new List<string>();
        while (await reader.ReadAsync(Cancellation)) rows.Add(reader.IsDBNull(0) ? "null" : reader.GetValue(0).ToString()!);
        return rows;
    }

    /// <summary>Every row of every table of the service, as text; binary columns as hexadecimal.</summary>
    public async Task<string> DumpAsync() => string.Join('\n', await ReadAsync("""
        SELECT query_to_xml(format('SELECT t::text FROM %I.%I t', table_schema, table_name), true, false, '')::text
        FROM information_schema.tables WHERE table_schema = 'care'
        """));

    public ValueTask DisposeAsync() => Care.DisposeAsync();
}

internal static class TicketReading
{
    public static string? Text(this JsonElement one, string field) => one.GetProperty(field).GetString();

    public static string[] History(this JsonElement detail) => [.. detail.GetProperty("history").EnumerateArray().Select(line => line.Text("what")!)];
}
