using ECommerce.Channels.Platform.State;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.State;

/// <summary>The contract, on the real sidecar.</summary>
public sealed class DaprStateStoreTests(DaprSidecar sidecar) : StateStoreContract, IClassFixture<DaprSidecar>, IDisposable
{
    private IHost? host;

    public void Dispose() => host?.Dispose();

    protected override async Task<IStateStore> StoreAsync()
    {
        await sidecar.StartedAsync(TestContext.Current.CancellationToken);
        host ??= Stores.Behind(sidecar.GrpcPort, sidecar.Token);
        return host.Store();
    }
}
