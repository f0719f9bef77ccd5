using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Offload.Tests;

public sealed class ApiDocumentTests(PostgresServer postgres)
{
    [Fact]
    public async Task Document_IsTheCommittedOne()
    {
        await using var host = await OffloadHost.StartAsync(postgres);
        await ApiDocuments.AssertCommittedAsync(host.Anonymous, "offload", host.Services, TestContext.Current.CancellationToken);
    }
}
