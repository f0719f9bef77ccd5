using System.Collections.Concurrent;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Storm;

/// <summary>
/// Many customers and agents over two replicas, while networks are cut, replicas killed, and agents come and go. Everybody tries again
/// until there is an answer, as the widget and the desk do.
/// </summary>
public sealed class StormTests(PostgresServer postgres, Toxiproxy toxiproxy) : IClassFixture<Toxiproxy>, IDisposable
{
    private const int Words = 4;

    private readonly string folder = Directory.CreateTempSubdirectory("channels-storm-").FullName;
    private readonly ConcurrentQueue<string> wrong = new();
    private readonly ConcurrentDictionary<string, bool> done = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    [Trait("Size", "all")]
    public Task Conversations_Sixty_LoseNothingAndNobodyIsAnsweredOver() => RunAsync(customers: 60, agents: 8, faults: 4);

    [Fact]
    [Trait("Size", "long")]
    public Task Conversations_FiveHundred_LoseNothingAndNobodyIsAnsweredOver() => RunAsync(customers: 500, agents: 30, faults: 25);

    private async Task RunAsync(int customers, int agents, int faults)
    {
        var connection = await postgres.NewDatabaseAsync();
        var signing = Path.Combine(folder, "signing.pem");
        var tokens = new CallerTokens(signing, TimeProvider.System);
        tokens.PublicKeys();
        await TellCatalogueAsync(connection);
        await using var one = new Replica(connection, folder, signing, 1);
        await using var other = new Replica(connection, folder, signing, 2);
        await one.StartAsync(Cancellation);
        await other.StartAsync(Cancellation);
        Toxiproxy.Proxy[] networks = [await toxiproxy.InFrontOfAsync(one.Port, Cancellation), await toxiproxy.InFrontOfAsync(other.Port, Cancellation)];
        int[] ports = [.. networks.Select(network => network.Port)];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        over.CancelAfter(TimeSpan.FromMinutes(15));
        var serving = Enumerable.Range(0, agents).Select(i => new StormAgent(Line.Of(ports, tokens, $"user:a{i}", Roles.Agent), $"a{i}", wrong).ServeAsync(over.Token)).ToList();
        var portal = Line.Of(ports, tokens, "key:portal", Roles.Portal);
        var writing = Enumerable.Range(0, customers).Select(i => WriteAsync(portal, ports, i, over.Token)).ToList();
        await DisturbAsync([one, other], networks, faults, over.Token);
        await Task.WhenAll(writing);
        await NobodyWaitsAsync(connection, over.Token);
        await over.CancelAsync();
        await Task.WhenAll(serving);
        await JudgeAsync(connection, customers);
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Take(20)));
    }

    /// <summary>A customer: says something, waits for the answer, says the next; at the end everything is there, in order.</summary>
    private async Task WriteAsync(Line portal, int[] ports, int number, CancellationToken cancellation)
    {
        var (_, session) = await portal.CallAsync(HttpMethod.Post, "/widget-sessions", new { customer = $"c_storm{number}", channel = "app", skill = number % 3 == 0 ? "billing" : "network" }, cancellation);
        var line = Line.Of(ports, session.GetProperty("token").GetString()!);
        var seen = new List<(long Seq, string Side, string ClientId)>();
        for (var word = 0; word < Words; word++)
        {
            var (status, _) = await line.CallAsync(HttpMethod.Post, "/widget/messages", new { clientId = $"w{word}", text = $"word {word} of {number}" }, cancellation);
            if (status is not (200 or 201)) wrong.Enqueue($"customer {number}, word {word}: {status}");
            await AnsweredAsync(line, seen, word, cancellation);
        }
        var own = seen.Where(message => message.Side == "customer").Select(message => message.ClientId).ToList();
        if (!own.SequenceEqual(Enumerable.Range(0, Words).Select(word => $"w{word}"))) wrong.Enqueue($"customer {number} sees {string.Join(' ', own)}");
        await line.CallAsync(HttpMethod.Post, "/widget/leave", null, cancellation);
        done[$"c_storm{number}"] = true;
    }

    /// <summary>Reads on after the last number until an agent has answered the word.</summary>
    private static async Task AnsweredAsync(Line line, List<(long Seq, string Side, string ClientId)> seen, int word, CancellationToken cancellation)
    {
        while (seen.Count(message => message.Side == "agent") <= word)
        {
            var after = seen.Count == 0 ? 0 : seen[^1].Seq;
            var (_, body) = await line.CallAsync(HttpMethod.Get, $"/widget/conversation?after={after}", null, cancellation);
            foreach (var message in body.GetProperty("messages").EnumerateArray())
                seen.Add((message.GetProperty("seq").GetInt64(), message.GetProperty("side").GetString()!, message.GetProperty("clientId").GetString()!));
            await Task.Delay(150, cancellation);
        }
    }

    private static async Task DisturbAsync(Replica[] replicas, Toxiproxy.Proxy[] networks, int faults, CancellationToken cancellation)
    {
        var dice = new Random(7);
        for (var fault = 0; fault < faults; fault++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1 + dice.NextDouble()), cancellation);
            var which = fault % 2;
            if (fault % 4 < 2)
            {
                await replicas[which].KillAsync();
                await replicas[which].StartAsync(cancellation);
                continue;
            }
            await (fault % 4 == 2 ? networks[which].CutAsync(cancellation) : networks[which].HangAsync(cancellation));
            await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            await networks[which].HealAsync(cancellation);
        }
    }

    /// <summary>When it is calm again, all are served: nobody is left in the queue while somebody has time.</summary>
    private static async Task NobodyWaitsAsync(string connection, CancellationToken cancellation)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await Tools.UntilAsync("nobody waits", TimeSpan.FromMinutes(2), async () =>
        {
            await using var command = database.CreateCommand("SELECT count(*) FROM care.conversations WHERE state <> 'closed'");
            return (long)(await command.ExecuteScalarAsync(cancellation))! == 0;
        }, cancellation);
    }

    /// <summary>The rows: numbers without a gap, each word once, and no answer of an agent over a customer's word that the agent had not been shown.</summary>
    private async Task JudgeAsync(string connection, int customers)
    {
        Assert.Equal(customers, done.Count);
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand("SELECT v.customer, m.seq, m.side, m.client_id FROM care.messages m JOIN care.conversations v ON v.id = m.conversation ORDER BY v.id, m.seq");
        var rows = new List<(string Customer, long Seq, string Side, string ClientId)>();
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation)) rows.Add((reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3)));
        foreach (var thread in rows.GroupBy(row => row.Customer))
        {
            if (!thread.Select(row => row.Seq).SequenceEqual(Enumerable.Range(1, thread.Count()).Select(i => (long)i))) wrong.Enqueue($"{thread.Key}: numbers {string.Join(' ', thread.Select(row => row.Seq))}");
            var said = thread.Where(row => row.Side == "customer").Select(row => row.ClientId);
            if (!said.SequenceEqual(Enumerable.Range(0, Words).Select(word => $"w{word}"))) wrong.Enqueue($"{thread.Key}: words {string.Join(' ', said)}");
            foreach (var answer in thread.Where(row => row.Side == "agent"))
            {
                // An agent's id names what was shown: nothing of the customer lies between that and the answer.
                var shown = long.Parse(answer.ClientId.Split('.')[1]);
                if (thread.Any(row => row.Side == "customer" && row.Seq > shown && row.Seq < answer.Seq)) wrong.Enqueue($"{thread.Key}: answer {answer.Seq} over what came after {shown}");
            }
        }
    }

    private static async Task TellCatalogueAsync(string connection)
    {
        // A host of its own brings the schema and the catalogue, and goes again before the storm.
        await using var host = await CareHost.OnAsync(connection);
        await host.TellCatalogueAsync(Cancellation);
    }
}
