using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Storm;

/// <summary>One idempotency key is one ticket, however often and wherever it is asked for, and whatever dies meanwhile.</summary>
[Trait("Size", "all")]
public sealed class TicketOnceTests(PostgresServer postgres) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("channels-once-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ticket_AskedForAThousandTimesUnderOneKey_IsOne(bool killed)
    {
        var connection = await postgres.NewDatabaseAsync();
        var signing = Path.Combine(folder, "signing.pem");
        var tokens = new CallerTokens(signing, TimeProvider.System);
        tokens.PublicKeys();
        await using (var host = await CareHost.OnAsync(connection)) await host.TellCatalogueAsync(Cancellation);
        await using var one = new Replica(connection, folder, signing, 1);
        await using var other = new Replica(connection, folder, signing, 2);
        await Task.WhenAll(one.StartAsync(Cancellation), other.StartAsync(Cancellation));
        var asking = Enumerable.Range(0, 1_000).Select(_ => AskAsync([one.Port, other.Port], tokens)).ToList();
        if (killed)
        {
            await Task.WhenAny(asking);
            await one.KillAsync();
            await one.StartAsync(Cancellation);
        }
        var answers = await Task.WhenAll(asking);
        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        Assert.Single(answers.Select(answer => answer.Id).Distinct());
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand("SELECT count(*) FROM care.tickets");
        Assert.Equal(1L, await command.ExecuteScalarAsync(Cancellation));
    }

    private static async Task<(int Status, string? Id)> AskAsync(int[] ports, CallerTokens tokens)
    {
        var line = Line.Of(ports, tokens, "key:portal", Roles.Portal);
        var body = new { customer = "c_ann", type = "complaint", subject = "the bill is wrong" };
        var (status, answer) = await line.CallAsync(HttpMethod.Post, "/tickets", body, Cancellation, "one-ticket");
        return (status, status == 201 ? answer.GetProperty("id").GetString() : answer.ToString());
    }
}
