using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Kpi.Tests.Indicators;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Serving;

/// <summary>The measuring service with what serving tells over the log, asked over HTTP.</summary>
internal sealed class ServingHost : IAsyncDisposable
{
    /// <summary>A day that is over and over.</summary>
    public static readonly DateOnly Day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-20);

    private static readonly string[] Groups = ["kpi.conversations", "kpi.tickets", "kpi.customers"];

    public ServingHost(KpiHost kpi) => Kpi = kpi;

    public KpiHost Kpi { get; }

    public NpgsqlDataSource Database => Kpi.Services.GetRequiredService<NpgsqlDataSource>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ServingHost> StartAsync(PostgresServer postgres)
    {
        var database = await postgres.NewDatabaseAsync();
        return new ServingHost(await KpiHost.StartAsync(database, database));
    }

    /// <summary>An instant of <see cref="Day"/> in the operator's zone, as <c>09:00:00</c>.</summary>
    public static DateTimeOffset At(string time, int days = 0) => DateTimeOffset.Parse($"{Day.AddDays(days):yyyy-MM-dd}T{time}+08:00");

    /// <summary>A period of so many days from <see cref="Day"/>.</summary>
    public static string Period(int days = 1) => $"from={Day:yyyy-MM-dd}&to={Day.AddDays(days):yyyy-MM-dd}";

    /// <summary>Tells events over the log; returns when all of it is known.</summary>
    public async Task TellAsync(Topic topic, params IEnumerable<LogRecord> records)
    {
        var log = Kpi.Services.GetRequiredService<IEventLog>();
        await log.ApplyAsync(Topics.All, Cancellation);
        await log.AppendAsync(topic.Name, [.. records], Cancellation);
        var expected = (await log.RangesAsync(topic.Name, Cancellation)).Sum(range => Math.Max(0, range.End));
        await Tools.UntilAsync("what was told is known", TimeSpan.FromSeconds(60), async () =>
        {
            await using var command = Database.CreateCommand("SELECT coalesce(sum(greatest(next_offset, 0)), 0)::bigint FROM consumer_offsets WHERE topic = $1 AND consumer_group = ANY ($2)");
            command.Parameters.Add(new NpgsqlParameter { Value = topic.Name });
            command.Parameters.Add(new NpgsqlParameter { Value = Groups });
            return (long)(await command.ExecuteScalarAsync(Cancellation))! == expected;
        }, Cancellation);
    }

    public Task TellAsync(params IEnumerable<ConversationFacts> conversations) => TellAsync(Topics.Conversations, conversations.Select(Record));

    public Task TellAsync(params IEnumerable<TicketFacts> tickets) => TellAsync(Topics.Tickets, tickets.Select(Record));

    public static LogRecord Record(ConversationFacts one) => one.State == "closed"
        ? Record(ConversationClosed.Type, new ConversationClosed(one), one.Customer, one.Id, one.Revision)
        : Record(ConversationChanged.Type, new ConversationChanged(one, "replied"), one.Customer, one.Id, one.Revision);

    public static LogRecord Record(TicketFacts one) =>
        Record(TicketChanged.Type, new TicketChanged(one, "changed", "user:lin"), one.Customer, one.Id, one.Revision);

    public static LogRecord Record(MatterFacts one) => Record(MatterSettled.Type, new MatterSettled(one), one.Customer, one.Id, one.Revision);

    public static LogRecord Record<T>(string type, T data, string key, string subject, long sequence)
    {
        var envelope = new Envelope(Guid.NewGuid().ToString(), "/channels/care", type, At("12:00")) { Sequence = sequence, Subject = subject };
        return new LogRecord(key, JsonSerializer.SerializeToUtf8Bytes(data, JsonSerializerOptions.Web), CloudEvents.Write(envelope));
    }

    /// <param name="question">id?query.</param>
    public async Task<JsonElement> AskAsync(string question, params string[] regions)
    {
        var at = question.IndexOf('?');
        var (status, body, _) = await Kpi.GetAsync($"/api/v1/kpi/indicators/{question[..at]}/values{question[at..]}", Roles.Manager, regions);
        Assert.True(status == 200, $"{question}: {status} {body}");
        return body;
    }

    /// <summary>Numerator and denominator of the only value.</summary>
    public async Task<(long Numerator, long Denominator)> QuotientAsync(string question, params string[] regions) =>
        Quotient(Assert.Single((await AskAsync(question, regions)).Values()));

    public static (long Numerator, long Denominator) Quotient(JsonElement row) => (row.GetProperty("numerator").GetInt64(), row.GetProperty("denominator").GetInt64());

    public ValueTask DisposeAsync() => Kpi.DisposeAsync();
}

/// <summary>Facts of serving by hand.</summary>
internal static class Facts
{
    /// <summary>A conversation that came so many minutes into the day.</summary>
    /// <param name="reply">Seconds to the first reply; null is none.</param>
    /// <param name="close">Seconds to the end; null is none yet.</param>
    public static ConversationFacts Chat(int number, int? reply, int? close, string channel = "web") => new(
        "v_" + number, "c_" + number, channel, "billing", "balance.query", null, "zh-CN", close is null ? "waiting" : "closed", null, null, 2,
        ServingHost.At("09:00:00").AddSeconds(number), null, After(number, reply), After(number, close), close is null ? null : "solved", null, 1, reply is null ? 0 : 1, 0,
        "4401", "gotone", 5);

    public static TicketFacts Ticket(int number, string status, string type = "request") => new(
        "t_" + number, "c_" + number, type, "normal", 3, "payment.topup", "app", null, null, null, null, status, null, null, null, null, null, null, "request.normal",
        ServingHost.At("09:00:00"), null, ServingHost.At("11:00:00"), null, ServingHost.At("17:00:00", 1), null, null, null, 0, "4401", "gotone", 1);

    /// <summary>Resolved at a time of the day on which it was due.</summary>
    public static TicketFacts Resolved(this TicketFacts one, string time, bool inTime) => one with
    {
        Status = "resolved",
        ResolvedAt = ServingHost.At(time, 1),
        ResolutionInTime = inTime,
        FirstResponseAt = one.FirstResponseAt ?? ServingHost.At("10:00:00"),
        FirstResponseInTime = one.FirstResponseInTime ?? true,
        Revision = one.Revision + 1,
    };

    private static DateTimeOffset? After(int number, int? seconds) => seconds is { } so ? ServingHost.At("09:00:00").AddSeconds(number + so) : null;
}
