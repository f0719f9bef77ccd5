using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace ECommerce.Channels.Gateway.Tests;

/// <summary>How the console's page and files are sent.</summary>
public sealed partial class ConsolePageTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    [Fact]
    public async Task Page_LetsInStylesOfItsOwnNonceAndNoScriptsButFiles()
    {
        var (first, policy) = await PageAsync();
        var (second, _) = await PageAsync();
        Assert.NotEqual(first, second);
        Assert.Contains($"style-src 'self' 'nonce-{first}'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_OfAnythingElse_HasNoNonce()
    {
        using var client = shared.Host.Client();
        using var answer = await client.GetAsync("/assets/index-abc.js", TestContext.Current.CancellationToken);
        Assert.Contains("style-src 'self';", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("br, gzip", "br", "by brotli")]
    [InlineData("gzip", "gzip", "by gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip", "by gzip")]
    [InlineData("identity", null, "plain")]
    public async Task Asset_IsSentAsTheBrowserTakesIt(string accepted, string? encoding, string content)
    {
        using var client = shared.Host.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/index-abc.js");
        request.Headers.Add("Accept-Encoding", accepted);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(content, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal(TimeSpan.FromDays(365), answer.Headers.CacheControl?.MaxAge);
        Assert.Contains(answer.Headers.CacheControl!.Extensions, one => one.Name == "immutable");
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
    }

    [Fact]
    public async Task File_WithoutHashInItsName_IsAskedAgainByItsTag()
    {
        using var client = shared.Host.Client();
        using var first = await client.GetAsync("/icon.svg", TestContext.Current.CancellationToken);
        Assert.True(first.Headers.CacheControl?.NoCache);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/icon.svg");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await client.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Head_SaysTheLengthWithoutContent()
    {
        using var client = shared.Host.Client();
        using var request = new HttpRequestMessage(HttpMethod.Head, "/");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Content.Headers.ContentLength > 0);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private async Task<(string Nonce, string Policy)> PageAsync()
    {
        using var client = shared.Host.Client();
        using var answer = await client.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (Nonce().Match(page).Groups[1].Value, answer.Headers.GetValues("Content-Security-Policy").Single());
    }

    [GeneratedRegex("nonce=\"([A-Za-z0-9+/=]{24})\"")]
    private static partial Regex Nonce();
}
