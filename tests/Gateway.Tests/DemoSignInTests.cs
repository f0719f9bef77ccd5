using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using ECommerce.Channels.Platform.Security;
using Xunit;

namespace ECommerce.Channels.Gateway.Tests;

/// <summary>Trying the demo operator's accounts without a password: when it works, and above all when not.</summary>
public sealed class DemoSignInTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly int simulatorPort = Ports.Free();
    private bool demo = true;
    private WebApplication? simulator;
    private GatewayHost host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await GatewayHost.StartAsync(postgres, ("Gateway:DemoSignIn", "true"), ("Services:simulator", $"http://127.0.0.1:{simulatorPort}"));
        simulator = await StartSimulatorAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (simulator is not null) await simulator.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Demo_IsThere_OneClickSignsIn()
    {
        using var browser = host.Browser();
        var how = await browser.GetFromJsonAsync<JsonElement>("/api/v1/session/sign-in", Cancellation);
        Assert.Equal(
            [Roles.Manager, Roles.Agent, Roles.Supervisor, Roles.Sre],
            how.GetProperty("demo").EnumerateArray().Select(one => one.GetProperty("user").GetString()));
        Assert.Equal("渠道经理", how.GetProperty("demo")[0].GetProperty("name").GetProperty("zh-CN").GetString());

        using var answer = await SignInAsync(browser, Roles.Manager);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var session = await browser.GetFromJsonAsync<JsonElement>("/api/v1/session", Cancellation);
        Assert.Equal(Roles.Manager, session.GetProperty("roles")[0].GetString());
    }

    [Theory]
    [InlineData(Roles.Admin)]
    [InlineData("nobody")]
    public async Task Account_ThatIsNotOffered_Is404(string user)
    {
        using var browser = host.Browser();
        using var answer = await SignInAsync(browser, user);
        await ProblemAssert.IsAsync(answer, 404, "not-found");
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Demo_IsRemoved_NobodyIsOfferedOrLetIn()
    {
        demo = false;
        await AssertRefusedAsync(host);
    }

    [Fact]
    public async Task Simulator_DoesNotAnswer_NobodyIsLetIn()
    {
        await simulator!.DisposeAsync();
        simulator = null;
        await AssertRefusedAsync(host);
    }

    [Fact]
    public async Task Setting_IsOff_NobodyIsLetIn()
    {
        await using var other = await host.ReplicaAsync(("Services:simulator", $"http://127.0.0.1:{simulatorPort}"));
        await AssertRefusedAsync(other);
    }

    [Fact]
    public async Task Other_Site_IsRefused()
    {
        using var browser = host.Browser();
        browser.DefaultRequestHeaders.Add("Origin", "https://elsewhere.example");
        using var answer = await SignInAsync(browser, Roles.Manager);
        await ProblemAssert.IsAsync(answer, 403, "cross-site");
    }

    private static async Task AssertRefusedAsync(GatewayHost gateway)
    {
        using var browser = gateway.Browser();
        using var answer = await SignInAsync(browser, Roles.Manager);
        await ProblemAssert.IsAsync(answer, 404, "not-found");
        var how = await browser.GetFromJsonAsync<JsonElement>("/api/v1/session/sign-in", Cancellation);
        Assert.Equal(0, how.GetProperty("demo").GetArrayLength());
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient browser, string user) =>
        browser.PostAsJsonAsync("/api/v1/session", new { demo = user }, Cancellation);

    /// <summary>Answers like the real one, and only to who brings a good token for it.</summary>
    private async Task<WebApplication> StartSimulatorAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("Identity:JwksAddress", host.Address + ".well-known/jwks.json")]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, simulatorPort));
        builder.AddCallerTokens("simulator");
        var app = builder.Build();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/api/v1/simulator", () => Results.Json(new { demo })).RequireRoles([.. Roles.All]);
        await app.StartAsync();
        return app;
    }
}
