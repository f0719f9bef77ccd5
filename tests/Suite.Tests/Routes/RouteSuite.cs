using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Suite.CommandLine;
using ECommerce.Channels.Suite.Tests.Running;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Routes;

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, byte[] Bytes, string? Type, string? Language, string? Correlation)
{
    public string Text => Encoding.UTF8.GetString(Bytes);
}

/// <summary>A body to send.</summary>
internal sealed record Body(byte[] Bytes, string Type = "application/json")
{
    public static readonly Body Empty = new("{}"u8.ToArray());
}

/// <summary>One running suite for all tests of the routes, with keys of every kind.</summary>
public sealed partial class RouteSuite : IAsyncLifetime
{
    private const int Plenty = 1_000_000;
    private static readonly TimeSpan RevokedBy = TimeSpan.FromSeconds(2);

    internal static readonly IReadOnlyDictionary<string, DocumentedRoute> Documented =
        RouteDocuments.Services.SelectMany(RouteDocuments.Routes).ToDictionary(route => route.Name);

    private readonly SuiteProcess suite = new();
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        Expect100ContinueTimeout = TimeSpan.FromSeconds(5),
    });

    private readonly Dictionary<string, string> keys = [];
    private bool started;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The gateway.</summary>
    internal Uri Address => new($"http://127.0.0.1:{suite.Port}");

    internal string Data => suite.Data;

    internal string RevokedKey { get; private set; } = "";

    internal string ExpiredKey { get; private set; } = "";

    /// <summary>A manager's key for the region 4401 alone.</summary>
    internal string RegionalKey { get; private set; } = "";

    /// <summary>All regions, and a limit that no test meets.</summary>
    internal string KeyOf(string role) => keys[role];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts the suite once; skips the calling test where there is no PostgreSQL.</summary>
    internal async Task StartAsync()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "PostgreSQL is not installed");
        if (started) return;
        suite.Environment["Gateway__AnonymousRequestsPerMinute"] = Plenty.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await suite.StartAsync(Cancellation);
        var file = await SuiteFile.ReadAsync(suite.SuiteJson, Cancellation);
        keys[Roles.Admin] = file.Accounts.Single(account => account.Role == Roles.Admin).ApiKey;
        var admin = (await NewKeyAsync(Roles.Admin, "*")).Key;
        foreach (var role in Roles.All.Except([Roles.Admin])) keys[role] = (await NewKeyAsync(role, "*")).Key;
        RegionalKey = (await NewKeyAsync(Roles.Manager, "4401")).Key;
        ExpiredKey = (await NewKeyAsync(Roles.Admin, "*", TimeProvider.System.GetUtcNow().AddMinutes(-1))).Key;
        keys[Roles.Admin] = admin;
        await RevokeOneAsync();
        started = true;
    }

    /// <summary>A token as the gateway signs it for this service, at another time if asked.</summary>
    internal string Token(string service, TimeSpan ago = default)
    {
        var tokens = new CallerTokens(Path.Combine(suite.Data, "secrets", "signing-key.pem"), new FakeTimeProvider(TimeProvider.System.GetUtcNow() - ago));
        return tokens.Sign(Anyone, service);
    }

    /// <summary>A token that is right in everything but the key it is signed with.</summary>
    internal string ForgedToken(string service) =>
        new CallerTokens(Path.Combine(Path.GetDirectoryName(suite.Data)!, "forged.pem"), TimeProvider.System).Sign(Anyone, service);

    /// <summary>Where a service itself listens, behind the gateway; by its log.</summary>
    internal async Task<Uri> AddressOfAsync(string service)
    {
        await using var stream = new FileStream(
            Path.Combine(suite.Data, "logs", service + ".log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        var listening = Listening().Match(await reader.ReadToEndAsync(Cancellation));
        Assert.True(listening.Success, $"the log of {service} does not say where it listens");
        return new Uri(listening.Groups["address"].Value);
    }

    internal Task<Answer> SendAsync(TableRoute route, string? key, string query = "", string? language = null, string? idempotencyKey = null) =>
        SendAsync(Address, route.Method, Sample(route) + query, key, SampleBody(route), language, idempotencyKey);

    internal async Task<Answer> SendAsync(
        Uri server, string method, string path, string? bearer, Body? body = null, string? language = null, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server, path));
        if (bearer is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + bearer);
        if (idempotencyKey is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        if (language is not null) request.Headers.TryAddWithoutValidation("Accept-Language", language);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body.Bytes) { Headers = { ContentType = MediaTypeHeaderValue.Parse(body.Type) } };
            // What is refused by its length alone is not sent: a connection closed while sending would hide the answer.
            request.Headers.ExpectContinue = body.Bytes.Length > 1 << 20;
        }
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        var type = answer.Content.Headers.ContentType?.MediaType;
        // A stream of events has no end that could be waited for.
        var bytes = type == "text/event-stream" ? [] : await answer.Content.ReadAsByteArrayAsync(Cancellation);
        return new Answer(
            (int)answer.StatusCode, bytes, type,
            answer.Content.Headers.ContentLanguage.SingleOrDefault(),
            answer.Headers.TryGetValues("X-Correlation-Id", out var ids) ? ids.Single() : null);
    }

    /// <summary>The route's path with something in place of its parameters: an indicator that is there, else what is not.</summary>
    internal static string Sample(TableRoute route) => Parameter().Replace(
        route.Path,
        name => route.Path.Contains("/indicators/", StringComparison.Ordinal) ? "success-rate"
            : route.Path.Contains("/dead-letters/", StringComparison.Ordinal) ? "987654321"
            : "none-such");

    /// <summary>An empty object, as the type that the route takes: what is of another type is refused before anybody asks for roles.</summary>
    internal static Body? SampleBody(TableRoute route)
    {
        if (route.Method is not ("POST" or "PUT" or "PATCH")) return null;
        return Documented.TryGetValue(route.ToString(), out var known) && known.Bodies.Count > 0 && !known.TakesJson
            ? Body.Empty with { Type = known.Bodies[0] }
            : Body.Empty;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await suite.DisposeAsync();
    }

    private static Caller Anyone => new("key:anyone", "anyone", [.. Roles.All], RegionGrant.Everything, "anyone");

    private async Task<(string Id, string Key)> NewKeyAsync(string role, string region, DateTimeOffset? expires = null)
    {
        var key = JsonSerializer.SerializeToUtf8Bytes(new
        {
            name = "routes-" + role,
            roles = new[] { role },
            regions = new[] { region },
            requestsPerMinute = Plenty,
            expiresAt = expires,
        });
        var made = await SendAsync(Address, "POST", "/api/v1/access/keys", keys[Roles.Admin], new Body(key));
        Assert.True(made.Status == 201, made.Text);
        var shown = JsonDocument.Parse(made.Bytes).RootElement;
        return (shown.GetProperty("id").GetString()!, shown.GetProperty("key").GetString()!);
    }

    /// <summary>Whatever is sent two seconds after a key was revoked is refused.</summary>
    private async Task RevokeOneAsync()
    {
        var (id, key) = await NewKeyAsync(Roles.Admin, "*");
        Assert.Equal(200, (await SendAsync(Address, "GET", "/api/v1/kpi/catalogue", key)).Status);
        Assert.Equal(204, (await SendAsync(Address, "DELETE", "/api/v1/access/keys/" + id, KeyOf(Roles.Admin))).Status);
        var revoked = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var sent = TimeProvider.System.GetElapsedTime(revoked);
            var status = (await SendAsync(Address, "GET", "/api/v1/kpi/catalogue", key)).Status;
            if (status == 401) break;
            Assert.True(sent < RevokedBy, $"a revoked key was answered {status} after {sent}");
            await Task.Delay(50, Cancellation);
        }
        RevokedKey = key;
    }

    [GeneratedRegex(@"Now listening on: (?<address>http://127\.0\.0\.1:\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Listening();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
