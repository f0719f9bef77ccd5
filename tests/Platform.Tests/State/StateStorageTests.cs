using Microsoft.Extensions.Options;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.State;

public sealed class StateStorageTests
{
    [Fact]
    public async Task Start_WrongSettings_AreAllNamed()
    {
        using var host = Stores.Host(new()
        {
            ["DAPR_HTTP_PORT"] = "no port",
            ["State:Component"] = " ",
            ["State:Deadline"] = "00:01:00",
            ["State:SweepEvery"] = "00:00:00",
        });

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(5, refused.Failures.Count());
        foreach (var name in new[] { "DAPR_HTTP_PORT", "DAPR_GRPC_PORT", "State:Component", "State:Deadline", "State:SweepEvery" })
            Assert.Contains(refused.Failures, failure => failure.Contains(name, StringComparison.Ordinal));
    }
}
