using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Gateway.Limits;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ECommerce.Channels.Gateway.Tests;

public sealed partial class LimitTests(PostgresServer postgres)
{
    [Fact]
    public async Task Key_AboveItsRequestsAMinute_Is429InBothLanguages_AndOthersGoOn()
    {
        await using var host = await GatewayHost.StartAsync(postgres);
        using var client = host.Client(Roles.Agent);
        var allowed = 0;
        HttpResponseMessage? refused = null;
        for (var i = 0; refused is null && i < 1_000; i++)
        {
            var answer = await client.GetAsync("/api/v1/session", TestContext.Current.CancellationToken);
            Assert.Equal("\"requests\";q=600;w=60", answer.Headers.GetValues("RateLimit-Policy").Single());
            var left = Left(answer);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                allowed++;
                Assert.InRange(left, 0, 600 - 1);
                answer.Dispose();
            }
            else
            {
                // Refused only when nothing was left.
                Assert.Equal(0, left);
                refused = answer;
            }
        }
        Assert.Equal(600, allowed);
        await ProblemAssert.IsAsync(refused!, 429, "too-many-requests", "请求过于频繁，请稍后重试");
        Assert.InRange(refused!.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        refused.Dispose();
        client.DefaultRequestHeaders.Add("Accept-Language", "en");
        using var english = await client.GetAsync("/api/v1/kpi/anything", TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(english, 429, "too-many-requests", "Too many requests; try again later");
        using var other = host.Client(Roles.Manager);
        using var fine = await other.GetAsync("/api/v1/session", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, fine.StatusCode);
        // Health is never shed.
        using var live = await client.GetAsync("/health/live", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task UnknownCallers_AreLimitedByAddress_AndKeysAreNot()
    {
        await using var host = await GatewayHost.StartAsync(postgres, ("Gateway:AnonymousRequestsPerMinute", "20"));
        using var stranger = host.Client();
        using var guesser = host.Client(key: "chk_admin_" + new string('0', 48));
        var codes = new List<int>();
        for (var i = 0; i < 15; i++)
        {
            foreach (var client in new[] { stranger, guesser })
            {
                using var answer = await client.GetAsync("/api/v1/kpi/anything", TestContext.Current.CancellationToken);
                codes.Add((int)answer.StatusCode);
            }
        }
        // JWKS and probes of the stubs come from the same address and may have taken a few.
        Assert.InRange(codes.Count(code => code == 401), 1, 20);
        Assert.Equal(429, codes[^1]);
        using var known = host.Client(Roles.Manager);
        using var fine = await known.GetAsync("/api/v1/session", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, fine.StatusCode);
    }

    [Fact]
    public async Task Ingestion_CountsBytesAndNotRequests()
    {
        await using var host = await GatewayHost.StartAsync(postgres);
        using var admin = host.Client(Roles.Admin);
        using var created = await admin.PostAsJsonAsync(
            "/api/v1/access/keys", new { name = "slow feed", roles = new[] { Roles.Portal }, requestsPerMinute = 1, ingestBytesPerSecond = 10_000 },
            TestContext.Current.CancellationToken);
        var key = (await created.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(TestContext.Current.CancellationToken)).GetProperty("key").GetString();
        using var client = host.Client(key: key);
        var sent = 0;
        HttpResponseMessage answer;
        while (true)
        {
            using var body = new ByteArrayContent(new byte[5_000]);
            answer = await client.PostAsync("/api/v1/kpi/transactions", body, TestContext.Current.CancellationToken);
            if (answer.StatusCode != HttpStatusCode.OK) break;
            answer.Dispose();
            Assert.InRange(++sent, 1, 100);
        }
        // Two seconds' worth at once, many more than one request.
        Assert.InRange(sent, 4, 20);
        await ProblemAssert.IsAsync(answer, 429, "too-many-requests");
        Assert.Equal("\"ingestion\";q=10000;qu=\"content-bytes\";w=1", answer.Headers.GetValues("RateLimit-Policy").Single());
        Assert.Equal(0, Left(answer));
        Assert.NotNull(answer.Headers.RetryAfter);
        answer.Dispose();
    }

    [Fact]
    public async Task Streams_OfOneCaller_AreLimited()
    {
        await using var host = await GatewayHost.StartAsync(postgres, ("Gateway:SessionRequestsPerMinute", "600"));
        using var browser = await host.SignedInAsync(Roles.Manager);
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < 101; i++)
        {
            open.Add(await browser.GetAsync(
                "/api/v1/kpi/events?quietMilliseconds=60000", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
        }
        Assert.All(open.Take(100), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        await ProblemAssert.IsAsync(open[100], 429, "too-many-requests");
        foreach (var answer in open) answer.Dispose();
        await Poll.UntilAsync(async () =>
        {
            using var again = await browser.GetAsync("/api/v1/kpi/events?quietMilliseconds=0");
            return again.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public void ByteAllowance_Overdrawn_IsWaitedFor()
    {
        var time = new FakeTimeProvider();
        var allowance = new ByteAllowance(1_000, time);
        Assert.Equal(2_000, allowance.Left);
        Assert.Null(allowance.Wait());
        allowance.Spend(5_000);
        Assert.Equal(0, allowance.Left);
        Assert.InRange(allowance.Wait()!.Value.TotalSeconds, 3, 3.01);
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.NotNull(allowance.Wait());
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Null(allowance.Wait());
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2_000, allowance.Left);
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    public void AddressGroup_OfAddress_IsOneHousehold(string address, string group) =>
        Assert.Equal(group, AddressGroup.Of(IPAddress.Parse(address)));

    private static int Left(HttpResponseMessage answer) =>
        int.Parse(Remaining().Match(answer.Headers.GetValues("RateLimit").Single()).Groups["left"].Value);

    [GeneratedRegex("""^"(requests|ingestion)";r=(?<left>\d+);t=\d+$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Remaining();
}
