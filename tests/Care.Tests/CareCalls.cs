using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ECommerce.Channels.Care.Tests;

/// <summary>Calls of a test in words.</summary>
internal static class CareCalls
{
    /// <summary>A part of the catalogue, told over the log as its owner tells it; returns when this service knows it.</summary>
    public static async Task TellCatalogueAsync(this CareHost host, CancellationToken cancellation)
    {
        (string Kind, string Code, string Entry)[] entries =
        [
            ("regions", "44", """{"code":"44"}"""), ("regions", "4401", """{"code":"4401","parent":"44"}"""), ("regions", "4403", """{"code":"4403","parent":"44"}"""),
            ("brands", "gotone", """{"code":"gotone"}"""), ("channels", "app", """{"code":"app","electronic":true}"""),
            ("channels", "sms", """{"code":"sms","electronic":true}"""), ("channels", "agent", """{"code":"agent","assisted":true}"""),
            ("services", "payment.topup", """{"code":"payment.topup","group":"payment"}"""), ("services", "callerid.on", """{"code":"callerid.on","group":"value-added"}"""),
        ];
        var log = host.Services.GetRequiredService<IEventLog>();
        await log.ApplyAsync(Topics.All, cancellation);
        var records = entries.Select(one =>
        {
            var entry = JsonDocument.Parse(one.Entry).RootElement;
            var since = new CatalogueEntrySince(new DateOnly(2000, 1, 1), entry);
            var changed = new CatalogueChanged(one.Kind, one.Code, since.ValidFrom, entry, [since]);
            return new LogRecord(changed.Key, JsonSerializer.SerializeToUtf8Bytes(changed, JsonSerializerOptions.Web));
        });
        await log.AppendAsync(Topics.Catalogue.Name, [.. records], cancellation);
        var database = host.Services.GetRequiredService<NpgsqlDataSource>();
        await Tools.UntilAsync("the catalogue is known", TimeSpan.FromSeconds(30), async () =>
        {
            await using var command = database.CreateCommand("SELECT count(*) FROM catalogue_entries");
            return (long)(await command.ExecuteScalarAsync(cancellation))! == entries.Length;
        }, cancellation);
    }

    /// <param name="regions">Granted codes; none given is all.</param>
    public static async Task<(int Status, JsonElement Body)> CallAsync(
        this CareHost host, HttpMethod method, string path, object? body, string role, CancellationToken cancellation, string? ifMatch = null, params string[] regions)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (ifMatch is not null) request.Headers.IfMatch.ParseAdd(ifMatch);
        host.Sign(request, role, regions);
        using var answer = await host.Anonymous.SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    /// <summary>The names of the fields that an answer of 400 complains about, sorted.</summary>
    public static string[] Wrong(this (int Status, JsonElement Body) answer) =>
        answer.Status == 400 ? [.. answer.Body.GetProperty("errors").EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal)] : [$"status {answer.Status}"];
}
