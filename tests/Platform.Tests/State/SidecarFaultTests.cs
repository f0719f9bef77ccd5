using System.Diagnostics;
using ECommerce.Channels.Platform.State;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.State;

/// <summary>A sidecar that is down, hung, strange or answers garbage: the same exception, in time, from every call.</summary>
public sealed class SidecarFaultTests(PostgresServer postgres)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(500);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnyCall_SidecarKilledAndStartedAgain_IsUnavailableInBetween()
    {
        await using var sidecar = new DaprSidecar(postgres);
        await sidecar.StartedAsync(Cancellation);
        using var host = Stores.Behind(sidecar.GrpcPort, sidecar.Token, Deadline);
        await SavedSoonAsync(host.Store());

        await sidecar.KillAsync();
        await EveryCallIsUnavailableAsync(host.Store());

        await sidecar.StartAsync(sidecar.Database!, Cancellation);
        await SavedSoonAsync(host.Store());
    }

    [Fact]
    public async Task AnyCall_SidecarHungAndGoesOn_IsUnavailableInBetween()
    {
        await using var sidecar = new DaprSidecar(postgres);
        await sidecar.StartedAsync(Cancellation);
        using var host = Stores.Behind(sidecar.GrpcPort, sidecar.Token, Deadline);
        await SavedSoonAsync(host.Store());

        await sidecar.PauseAsync();
        await EveryCallIsUnavailableAsync(host.Store());
        // A client that never had a connection waits for its first one.
        using var fresh = Stores.Behind(sidecar.GrpcPort, sidecar.Token, Deadline);
        await EveryCallIsUnavailableAsync(fresh.Store());

        await sidecar.ContinueAsync();
        await SavedSoonAsync(host.Store());
    }

    [Fact]
    public async Task AnyCall_WrongTokenOrComponent_IsUnavailable()
    {
        await using var sidecar = new DaprSidecar(postgres);
        await sidecar.StartedAsync(Cancellation);

        using var wrongToken = Stores.Behind(sidecar.GrpcPort, "wrong", Deadline);
        await EveryCallIsUnavailableAsync(wrongToken.Store());
        using var noToken = Stores.Behind(sidecar.GrpcPort, null, Deadline);
        await EveryCallIsUnavailableAsync(noToken.Store());
        using var otherComponent = Stores.Behind(sidecar.GrpcPort, sidecar.Token, Deadline, component: "nothing");
        await EveryCallIsUnavailableAsync(otherComponent.Store());
    }

    [Theory]
    [InlineData("text")]
    [InlineData("error page")]
    [InlineData("half a message")]
    [InlineData("abort")]
    [InlineData("never ends")]
    public async Task AnyCall_GarbageOverHttp2_IsUnavailable(string garbage)
    {
        await using var stub = await StubAsync(context => garbage switch
        {
            "text" => context.Response.WriteAsync("hello", Cancellation),
            "error page" => ErrorPageAsync(context),
            "half a message" => HalfAsync(context),
            "abort" => AbortAsync(context),
            _ => TrickleAsync(context),
        });
        using var host = Stores.Behind(new Uri(stub.Urls.Single()).Port, "token", Deadline);

        await EveryCallIsUnavailableAsync(host.Store());
    }

    private static async Task EveryCallIsUnavailableAsync(IStateStore store)
    {
        byte[] value = [1];
        Func<Task>[] calls =
        [
            () => store.GetAsync("k", Cancellation),
            () => store.GetManyAsync(["k", "l"], Cancellation),
            () => store.SaveAsync("k", value, StateCondition.Any, null, Cancellation),
            () => store.SaveAsync("k", value, StateCondition.Absent, null, Cancellation),
            () => store.SaveAsync("k", value, StateCondition.Matches("7f1b7a54-6f2e-4a7b-9a43-111111111111"), null, Cancellation),
            () => store.DeleteAsync("k", StateCondition.Any, Cancellation),
            () => store.ExecuteAsync([StateOperation.Save("k", value, StateCondition.Any), StateOperation.Delete("l", StateCondition.Any)], Cancellation),
        ];
        foreach (var call in calls)
        {
            var watch = Stopwatch.StartNew();
            await Assert.ThrowsAsync<StateUnavailableException>(call);
            // The deadline, and what a busy machine adds to it.
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, Deadline + TimeSpan.FromSeconds(1));
        }
    }

    private static Task SavedSoonAsync(IStateStore store) => Tools.UntilAsync("a saved value", TimeSpan.FromSeconds(20), async () =>
    {
        try
        {
            return await store.SaveAsync("k", new byte[] { 1 }, StateCondition.Any, null, Cancellation) == StateResult.Saved
                && await store.GetAsync("k", Cancellation) is not null;
        }
        catch (StateUnavailableException)
        {
            return false;
        }
    }, Cancellation);

    private static async Task<WebApplication> StubAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var stub = builder.Build();
        stub.Run(answer);
        await stub.StartAsync(Cancellation);
        return stub;
    }

    private static Task ErrorPageAsync(HttpContext context)
    {
        context.Response.StatusCode = 502;
        return context.Response.WriteAsync("<html>bad gateway</html>", Cancellation);
    }

    private static async Task HalfAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        // A frame that announces 100 bytes and brings 3.
        await context.Response.BodyWriter.WriteAsync(new byte[] { 0, 0, 0, 0, 100, 1, 2, 3 }, Cancellation);
    }

    private static Task AbortAsync(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private static async Task TrickleAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.BodyWriter.WriteAsync(new byte[] { 0, 0, 16, 0, 0 }, Cancellation);
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.BodyWriter.WriteAsync(new byte[] { 0 }, Cancellation);
            await Task.Delay(50, Cancellation);
        }
    }
}
