using System.ComponentModel.DataAnnotations;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Kpi;

/// <summary>Settings of the operator: section <c>Operator</c>.</summary>
public sealed class OperatorSettings
{
    /// <summary>The zone of the operator's days, as IANA names it. Fixed at first start. Default Asia/Shanghai.</summary>
    [Required]
    public string TimeZone { get; init; } = "Asia/Shanghai";
}

internal static class OperatorService
{
    public static void AddOperator(this IServiceCollection services)
    {
        services.AddValidatedOptions<OperatorSettings>("Operator");
        services.AddSingleton(provider => new OperatorZone(
            TimeZoneInfo.FindSystemTimeZoneById(provider.GetRequiredService<IOptions<OperatorSettings>>().Value.TimeZone)));
        services.AddHostedService<ZoneIsFixed>();
    }
}

/// <summary>Days counted in one zone cannot be read in another: the first start decides, and a later one that differs is refused.</summary>
internal sealed class ZoneIsFixed(NpgsqlDataSource database, OperatorZone zone) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            WITH first AS (INSERT INTO installation (name, value) VALUES ('time-zone', $1) ON CONFLICT (name) DO NOTHING RETURNING value)
            SELECT value FROM first UNION ALL SELECT value FROM installation WHERE name = 'time-zone'
            """).With(zone.Id);
        var stored = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (stored != zone.Id)
            throw new InvalidOperationException($"Operator:TimeZone is {zone.Id}, but this installation counts its days in {stored} since its first start.");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
