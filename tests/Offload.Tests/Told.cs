using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Contracts.Transactions;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Npgsql;

namespace ECommerce.Channels.Offload.Tests;

/// <summary>What others tell the service over the log, as they tell it.</summary>
internal static class Told
{
    public const string Channels = """
        {"code":"counter","electronic":false,"assisted":true,"unitCost":500,"position":1,"names":{"zh-CN":"自有营业厅","en":"counter"}}
        {"code":"agent","electronic":false,"assisted":true,"unitCost":300,"position":2,"names":{"zh-CN":"人工热线","en":"hotline agent"}}
        {"code":"app","electronic":true,"assisted":false,"unitCost":10,"position":3,"names":{"zh-CN":"掌厅","en":"app"}}
        {"code":"web","electronic":true,"assisted":false,"unitCost":12,"position":4,"names":{"zh-CN":"网厅","en":"web hall"}}
        {"code":"sms","electronic":true,"assisted":false,"unitCost":15,"position":5,"names":{"zh-CN":"短信厅","en":"SMS hall"}}
        {"code":"ussd","electronic":true,"assisted":false,"unitCost":8,"position":6,"names":{"zh-CN":"USSD","en":"USSD"}}
        """;

    public const string Services = """
        {"code":"payment.topup","group":"payment","value":"low","risk":"low","standard":true,"offloadable":true,"names":{"zh-CN":"话费充值","en":"top-up"},"unitCosts":{}}
        {"code":"query.balance","group":"query","value":"low","risk":"low","standard":true,"offloadable":true,"names":{"zh-CN":"余额查询","en":"balance enquiry"},"unitCosts":{}}
        {"code":"account.close","group":"account","value":"high","risk":"high","standard":false,"offloadable":false,"names":{"zh-CN":"销户","en":"closing an account"},"unitCosts":{}}
        """;

    private static readonly string[] Regions = ["""{"code":"44"}""", """{"code":"4401","parent":"44"}""", """{"code":"4403","parent":"44"}"""];

    /// <summary>A small catalogue, and every e-channel well with every service; returns when the service knows it.</summary>
    public static async Task TellTheWorldAsync(this OffloadHost host, CancellationToken cancellation, string state = HealthStates.Healthy)
    {
        var log = host.The<IEventLog>();
        await log.ApplyAsync(Topics.All, cancellation);
        await log.AppendAsync(Topics.Catalogue.Name, [.. Entries("channels", Lines(Channels)), .. Entries("services", Lines(Services)), .. Entries("regions", Regions)], cancellation);
        await host.TellHealthAsync(cancellation, state);
        await Tools.UntilAsync("the world is known", TimeSpan.FromSeconds(30), async () =>
        {
            await host.The<Worlds>().RefreshAsync(cancellation);
            var world = host.The<Worlds>().Current!;
            return world.Channels.Length == 6 && world.Catalogue.Services.Count == 3 && world.Health.Of("ussd", "payment.topup", TimeProvider.System.GetUtcNow()).State == state;
        }, cancellation);
    }

    public static Task TellHealthAsync(this OffloadHost host, CancellationToken cancellation, string state = HealthStates.Healthy, params string[] channels)
    {
        string[] services = ["payment.topup", "query.balance"];
        var told = (channels.Length == 0 ? ["app", "web", "sms", "ussd"] : channels).Select(channel => new ChannelHealthMeasured(
            channel, TimeProvider.System.GetUtcNow(), [.. services.Select(service => new ServiceHealth(service, state, 95, 5, 0.89, 0.98, 0.8, 5, Able: true))]));
        return host.The<IEventLog>().AppendAsync(Topics.Health.Name, [.. told.Select(one => Record(one.Channel, ChannelHealthMeasured.Type, one, TimeProvider.System.GetUtcNow().Ticks))], cancellation);
    }

    /// <summary>A customer as the directory tells it; returns at once.</summary>
    public static Task TellCustomerAsync(this OffloadHost host, CustomerChanged customer, CancellationToken cancellation) =>
        host.The<IEventLog>().AppendAsync(Topics.Customers.Name, [Record(customer.Customer, CustomerChanged.Type, customer, customer.Revision)], cancellation);

    public static Task TellErasedAsync(this OffloadHost host, string customer, long revision, CancellationToken cancellation) =>
        host.The<IEventLog>().AppendAsync(
            Topics.Customers.Name,
            [new LogRecord(customer, ReadOnlyMemory<byte>.Empty, CloudEvents.Write(new Envelope(Guid.NewGuid().ToString(), "/test", CustomerErased.Type, TimeProvider.System.GetUtcNow()) { Sequence = revision }))],
            cancellation);

    /// <summary>A customer who may be led to these channels.</summary>
    public static CustomerChanged Customer(
        string id, long revision = 1, string[]? guidance = null, string? tier = null, string? stage = null, string[]? tags = null, string? prefers = null, string? region = "4401") => new(
        id, stage, tier, null, region, null, tags ?? [], prefers, null,
        [.. (guidance ?? ["app", "web", "sms", "ussd"]).Select((channel, at) => new ConsentFacts(ConsentPurposes.Guidance, channel, true, TimeProvider.System.GetUtcNow().AddDays(-9), at + 1))], revision, revision);

    public static Task TellTransactionsAsync(this OffloadHost host, IEnumerable<TransactionRecorded> transactions, CancellationToken cancellation) =>
        host.The<IEventLog>().AppendAsync(Topics.Transactions.Name, [.. transactions.Select(one => new LogRecord(one.Customer, one.Write()))], cancellation);

    public static TransactionRecorded Use(
        string customer, string channel, double daysAgo, Outcome outcome = Outcome.Success, string service = "query.balance", string? task = null, string? id = null) => new(
        id ?? Guid.NewGuid().ToString("N"), "test", DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().AddDays(-daysAgo).ToUnixTimeMilliseconds()), customer, channel, service,
        outcome, Task: task);

    /// <summary>Polls until a question to the database gives the number.</summary>
    public static Task UntilCountAsync(this OffloadHost host, string sql, long expected, CancellationToken cancellation) =>
        Tools.UntilAsync(sql, TimeSpan.FromSeconds(30), async () =>
        {
            await using var command = host.The<NpgsqlDataSource>().CreateCommand(sql);
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellation), System.Globalization.CultureInfo.InvariantCulture) == expected;
        }, cancellation);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<LogRecord> Entries(string kind, IEnumerable<string> entries) => entries.Select(text =>
    {
        var entry = JsonDocument.Parse(text).RootElement;
        var since = new CatalogueEntrySince(new DateOnly(2000, 1, 1), entry);
        var changed = new CatalogueChanged(kind, entry.GetProperty("code").GetString()!, since.ValidFrom, entry, [since]);
        return Record(changed.Key, CatalogueChanged.Type, changed, 1);
    });

    private static LogRecord Record<T>(string key, string type, T data, long sequence) => new(
        key, JsonSerializer.SerializeToUtf8Bytes(data, JsonSerializerOptions.Web),
        CloudEvents.Write(new Envelope(Guid.NewGuid().ToString(), "/test", type, TimeProvider.System.GetUtcNow()) { Sequence = sequence, Subject = key }));
}
