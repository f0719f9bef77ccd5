using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Benchmarks.Fanout;

/// <summary>
/// What a customer's page hears of the service as it is shipped. The stream tells that something was said, not what: a page reads that
/// with a request of its own, which costs the service some reads of the database. So two things are measured: hints, from PostgreSQL's
/// NOTIFY to the page; and words, from sending a message to having read it.
/// </summary>
internal sealed class CareTalk : IDisposable
{
    private readonly HttpClient http;
    private readonly string database;
    private Schedule schedule = new(1, 1, TimeSpan.Zero, 0);
    private bool areWords;

    public CareTalk(int port, string database)
    {
        this.database = database;
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    /// <summary>Takes what a page got. Hints are told by their order: of one page's conversation they come in turn.</summary>
    public void Hear(Member member, ReadOnlySpan<byte> events)
    {
        for (var name = "event: conversation"u8; events.IndexOf(name) is >= 0 and var found;)
        {
            events = events[(found + name.Length)..];
            if (Volatile.Read(ref areWords)) _ = ReadAsync(member);
            else member.Heard(schedule.DueAt(((long)member.Delays.Count * Rooms.Count(schedule.Connections)) + member.Room));
        }
    }

    /// <summary>Hints as a message's transaction gives them, to conversations in turn.</summary>
    /// <returns>How much everybody together has to hear.</returns>
    public async Task<long> HintAsync(int connections, double deliveriesPerSecond, TimeSpan time, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var connection = await source.OpenConnectionAsync(cancellation);
        schedule = new Schedule(connections, deliveriesPerSecond, time, Stopwatch.GetTimestamp());
        await schedule.RunAsync(async (first, end) =>
        {
            await using var command = new NpgsqlCommand("SELECT pg_notify('care_changes', hint) FROM unnest($1) hint", connection);
            await command.With(Enumerable.Range(0, (int)(end - first)).Select(at => Hint(first + at)).ToArray()).ExecuteNonQueryAsync(cancellation);
        }, cancellation);
        return schedule.Deliveries;
    }

    /// <summary>Messages of customers, none of which waits for another.</summary>
    /// <returns>How much everybody together has to read.</returns>
    public async Task<long> SayAsync(int connections, double messagesPerSecond, TimeSpan time, CancellationToken cancellation)
    {
        var perMessage = (double)connections / Rooms.Count(connections);
        schedule = new Schedule(connections, messagesPerSecond * perMessage, time, Stopwatch.GetTimestamp());
        Volatile.Write(ref areWords, true);
        var sent = new List<Task>();
        await schedule.RunAsync((first, end) =>
        {
            for (var message = first; message < end; message++) sent.Add(SayOneAsync(message, cancellation));
            return Task.CompletedTask;
        }, cancellation);
        await Task.WhenAll(sent);
        return schedule.Deliveries;
    }

    public void Dispose() => http.Dispose();

    private string Hint(long message) => JsonSerializer.Serialize(
        new { kind = "conversation", id = Rooms.Name(schedule.RoomOf(message)), state = "active", agent = "bench", lastSeq = message, note = false, region = "*" });

    private async Task SayOneAsync(long message, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, CareSide.Widget + "/messages");
        request.Headers.Add(Member.Header, CareSide.Token(schedule.RoomOf(message)));
        var clientId = schedule.DueAt(message).ToString(CultureInfo.InvariantCulture);
        request.Content = JsonContent.Create(new { clientId, text = "Where is the parcel that was sent on Monday?" });
        using var answer = await http.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>As the page does it: whatever came after the last that it has.</summary>
    private async Task ReadAsync(Member member)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"{CareSide.Widget}/conversation?after={member.LastSeq}"));
        request.Headers.Add(Member.Header, CareSide.Token(member.Room));
        using var answer = await http.SendAsync(request);
        var body = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("messages");
        lock (member)
            foreach (var message in body.EnumerateArray())
            {
                if (message.GetProperty("seq").GetInt64() is var seq && seq <= member.LastSeq) continue;
                member.LastSeq = seq;
                var due = long.Parse(message.GetProperty("clientId").GetString()!, CultureInfo.InvariantCulture);
                // What was said before this measurement is read with the first of it.
                if (due >= schedule.Started) member.Heard(due);
            }
    }
}

/// <summary>Measures the service with some pages open.</summary>
internal sealed record CareLoad(int Port, string Database, SideProcess Process, Control Control)
{
    /// <param name="add">Takes a figure: name, value, unit.</param>
    public async Task RunAsync(Load load, double messagesPerSecond, Action<string, double, string> add, CancellationToken cancellation)
    {
        using var talk = new CareTalk(Port, Database);
        var before = await Control.MemoryAsync(cancellation);
        var dialect = Dialect.ServerSentEvents(CareSide.Widget + "/events", CareSide.Token);
        await using var crowd = await Crowd.OpenAsync(Port, load.Connections, dialect, talk.Hear, cancellation);
        await Control.OpenAsync(load.Connections, cancellation);
        add("fanout.care.memory", (await Control.MemoryAsync(cancellation) - before) / 1024.0 / load.Connections, "KiB/connection");
        await MeasureAsync("hints", crowd, () => talk.HintAsync(load.Connections, load.Rate, load.Time, cancellation), add, cancellation);
        crowd.Forget();
        await MeasureAsync("words", crowd, () => talk.SayAsync(load.Connections, messagesPerSecond, load.Time, cancellation), add, cancellation);
    }

    private async Task MeasureAsync(string what, Crowd crowd, Func<Task<long>> send, Action<string, double, string> add, CancellationToken cancellation)
    {
        var (cpu, started) = (Process.Cpu, Stopwatch.GetTimestamp());
        var expected = await send();
        var heard = await crowd.HeardAsync(expected, cancellation);
        add($"fanout.care.{what}.deliveries", heard.PerSecond(started), "deliveries/s");
        add($"fanout.care.{what}.lost", expected - heard.Delays.Length, "deliveries");
        add($"fanout.care.{what}.cut-off", heard.CutOff, "connections");
        add($"fanout.care.{what}.p50", heard.Milliseconds(0.5), "ms");
        add($"fanout.care.{what}.p99", heard.Milliseconds(0.99), "ms");
        add($"fanout.care.{what}.cpu", (Process.Cpu - cpu).TotalMicroseconds / heard.Delays.Length, "µs/delivery");
    }
}
