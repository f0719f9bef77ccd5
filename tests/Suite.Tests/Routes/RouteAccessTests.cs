using ECommerce.Channels.Contracts;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Routes;

/// <summary>Every route of a running suite, by who calls: nobody, somebody who was let in once, each role.</summary>
public sealed class RouteAccessTests(RouteSuite suite) : IClassFixture<RouteSuite>, IAsyncLifetime
{
    private const string Jwt = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJnYXRld2F5IiwiYXVkIjoia3BpIiwic3ViIjoidXNlcjphIiwicm9sZSI6ImFkbWluIiwiZXhwIjo5OTk5OTk5OTk5fQ.";
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    private readonly Findings found = new(suite);

    public async ValueTask InitializeAsync() => await suite.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task EveryRoute_WithoutGoodCredentials_Is401()
    {
        var bad = new Dictionary<string, string?>
        {
            ["no credentials"] = null,
            ["garbage"] = "garbage",
            ["an unknown key"] = "chk_000000000000_" + new string('0', 48),
            ["a revoked key"] = suite.RevokedKey,
            ["an expired key"] = suite.ExpiredKey,
            ["a key cut short"] = suite.KeyOf(Roles.Admin)[..^1],
            ["a service's own token"] = suite.Token("kpi"),
            ["an unsigned token"] = Jwt,
        };
        foreach (var route in RouteTable.All.Where(route => !route.Open))
            foreach (var (what, key) in bad)
                await found.ExpectAsync($"{route} with {what}", status => status == 401, language => suite.SendAsync(route, key, language: language));
        Conclude(bad.Count * 50);
    }

    [Fact]
    public async Task EveryRoute_StraightAtItsService_TakesOnlyAFreshTokenOfItsOwn()
    {
        foreach (var service in RouteTable.Services.Keys.Except(["access"]))
        {
            var address = await suite.AddressOfAsync(service);
            var bad = new Dictionary<string, string?>
            {
                ["no token"] = null,
                ["an expired token"] = suite.Token(service, TimeSpan.FromMinutes(3)),
                ["a token for another service"] = suite.Token(service == "kpi" ? "care" : "kpi"),
                ["a token of another signer"] = suite.ForgedToken(service),
                ["an unsigned token"] = Jwt,
                ["a key"] = suite.KeyOf(Roles.Admin),
            };
            foreach (var route in RouteTable.Services[service])
            {
                foreach (var (what, token) in bad)
                    await found.ExpectAsync($"{route} at {service} with {what}", status => status == 401, language => AtAsync(address, route, token, language));
                await found.ExpectAsync(
                    $"{route} at {service} with a fresh token", status => route.ByToken ? status == 401 : status is not (401 or 403) and < 500,
                    language => AtAsync(address, route, suite.Token(service), language));
            }
        }
        Conclude(400);
    }

    [Fact]
    public async Task EveryRoute_ForEveryRole_AnswersThoseOfTheTable()
    {
        foreach (var route in RouteTable.All)
            foreach (var role in Roles.All)
            {
                var allowed = route.Open || route.Roles.Contains(role);
                await found.ExpectAsync(
                    $"{route} as {role}", status => allowed ? status is not (401 or 403) and < 500 : status == (route.ByToken ? 401 : 403),
                    language => suite.SendAsync(route, suite.KeyOf(role), language: language));
            }
        Conclude(Roles.All.Count * 50);
    }

    [Fact]
    public async Task EveryOpenRoute_WithoutCredentials_Answers()
    {
        foreach (var route in RouteTable.All.Where(route => route.Open))
            await found.ExpectAsync(route.ToString(), status => status is not (401 or 403) and < 500, language => suite.SendAsync(route, key: null, language: language));
        Conclude(3);
    }

    /// <summary>Contract 2: the page, the documents and the keys that tokens are verified with; the console's files and the health are tested at the gateway.</summary>
    [Theory]
    [InlineData("/docs/")]
    [InlineData("/openapi/access.json")]
    [InlineData("/openapi/kpi.json")]
    [InlineData("/openapi/care.json")]
    [InlineData("/openapi/offload.json")]
    [InlineData("/openapi/simulator.json")]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task OpenPage_WithoutCredentials_Answers(string path)
    {
        await found.ExpectAsync(path, status => status == 200, language => suite.SendAsync(suite.Address, "GET", path, bearer: null, body: null, language));
        Conclude(1);
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/v1")]
    [InlineData("/api/v2/kpi/indicators")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v1/kpi")]
    [InlineData("/api/v1/kpi/nothing")]
    [InlineData("/api/v1/kpi/indicators/success-rate/nothing")]
    [InlineData("/api/v1/care/nothing")]
    [InlineData("/api/v1/access/nothing")]
    [InlineData("/api/v1/session/nothing")]
    public async Task UnknownPath_IsNotFoundWithAKey_AndUnauthenticatedWithoutOne(string path)
    {
        foreach (var method in Methods)
        {
            var body = method is "POST" or "PUT" or "PATCH" ? Body.Empty : null;
            await found.ExpectAsync(
                $"{method} {path} as admin", status => status == 404,
                language => suite.SendAsync(suite.Address, method, path, suite.KeyOf(Roles.Admin), body, language));
            await found.ExpectAsync(
                $"{method} {path} without credentials", status => status == 401,
                language => suite.SendAsync(suite.Address, method, path, bearer: null, body, language));
        }
        Conclude(20);
    }

    [Fact]
    public async Task EveryPath_WithAMethodThatIsNotInTheTable_IsNotAllowed()
    {
        foreach (var routes in RouteTable.All.GroupBy(route => route.Path))
            foreach (var method in Methods.Except(routes.Select(route => route.Method)))
            {
                var route = new TableRoute(method, routes.Key, Roles.Admin);
                await found.ExpectAsync(route.ToString(), status => status == 405, language => suite.SendAsync(route, suite.KeyOf(Roles.Admin), language: language));
            }
        Conclude(100);
    }

    [Fact]
    public async Task EveryRouteWithRegions_OutsideTheGrant_IsForbidden_AndTellsOnlyOfTheGrant()
    {
        var figures = await RegionalFigures.SendAsync(suite);
        foreach (var route in RouteTable.All.Where(route => route.Regional))
        {
            var period = route.Period ? figures : "";
            foreach (var region in new[] { "4403", "44", "4401,4403", "none", "unknown" })
                await found.ExpectAsync(
                    $"{route} of {region}", status => status == 403,
                    language => suite.SendAsync(route, suite.RegionalKey, $"?{period}&region={region}", language));
            await found.ExpectAsync(
                $"{route} of two regions one by one", status => status == 403,
                language => suite.SendAsync(route, suite.RegionalKey, $"?{period}&region=4401&region=4403", language));
            foreach (var query in new[] { "", "&region=4401" })
                await RegionalFigures.TellOnlyOwnAsync(suite, found, route, $"?{period}&by=region{query}");
        }
        Conclude(4 * 14);
    }

    [Fact]
    public async Task EveryRouteForManagers_WithSomeRegionsOnly_AnswersUnlessItIsTheWholeOperators()
    {
        foreach (var route in RouteTable.All.Where(route => route.Roles.Contains(Roles.Manager)))
            await found.ExpectAsync(
                $"{route} for one region", status => route.AllRegions ? status == 403 : status is not (401 or 403) and < 500,
                language => suite.SendAsync(route, suite.RegionalKey, language: language));
        Conclude(40);
    }

    /// <summary>A key that is none is refused, so a key is looked at. Signing in takes none: its answer means something only now.</summary>
    [Fact]
    public async Task EveryUnsafeRoute_WithAnIdempotencyKeyThatIsNone_IsBadInput()
    {
        foreach (var route in RouteTable.All.Where(route => route.Method != "GET" && !route.Open && !route.ByToken))
        {
            var answer = await suite.SendAsync(route, suite.KeyOf(OneWhoMay(route)), idempotencyKey: new string('k', 256));
            found.Expect(route.ToString(), status => status == 400, answer, chinese: true);
            if (!answer.Text.Contains("\"Idempotency-Key\"", StringComparison.Ordinal)) found.Add(route.ToString(), "does not look at the key");
        }
        Conclude(30);
    }

    [Fact]
    public async Task EveryBody_ThatIsNone_IsTheCallersMistake()
    {
        var bodies = MalformedBodies.All();
        foreach (var route in RouteTable.All)
        {
            if (RouteSuite.Documented[route.ToString()] is not { Bodies.Count: > 0 } documented) continue;
            foreach (var (what, body) in bodies)
            {
                var lines = body with { Type = "application/x-ndjson" };
                // Every list empty is a right body for who takes a list, every field true for who takes answers of yes or no alone.
                var right = MalformedBodies.MayBeRight.Contains(what) || (documented.OnlyYesOrNo && what == MalformedBodies.EveryFieldTrue);
                var least = right ? 200 : 400;
                if (documented.TakesJson)
                    await found.ExpectAsync($"{route} with {what}", status => status >= least && status < 500, language => SendAsync(route, body, language));
                // Lines are refused one by one: 202 with what is wrong with each.
                await found.ExpectAsync($"{route} with {what} as lines", status => status < 500, language => SendAsync(route, lines, language));
            }
        }
        Conclude(bodies.Count * 20);
    }

    /// <summary>An administrator where one may; a conversation, for one, is for those who serve it.</summary>
    private static string OneWhoMay(TableRoute route) => route.Roles.Length == 0 || route.Roles.Contains(Roles.Admin) ? Roles.Admin : route.Roles[0];

    private Task<Answer> SendAsync(TableRoute route, Body body, string? language) =>
        suite.SendAsync(suite.Address, route.Method, RouteSuite.Sample(route), suite.KeyOf(OneWhoMay(route)), body, language);

    private Task<Answer> AtAsync(Uri address, TableRoute route, string? token, string? language) => suite.SendAsync(
        address, route.Method, RouteSuite.Sample(route), token, RouteSuite.SampleBody(route), language);

    private void Conclude(int atLeast)
    {
        Assert.True(found.None, found.Text);
        Assert.True(found.Answers >= atLeast, $"only {found.Answers} answers");
    }
}
