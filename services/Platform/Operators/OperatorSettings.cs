using System.ComponentModel.DataAnnotations;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Platform.Operators;

/// <summary>Settings of the operator: section <c>Operator</c>, the same for all services.</summary>
public sealed class OperatorSettings
{
    /// <summary>The zone of the operator's days, as IANA names it. Fixed at first start. Default Asia/Shanghai.</summary>
    [Required]
    public string TimeZone { get; init; } = "Asia/Shanghai";
}

public static class OperatorService
{
    /// <summary>The operator's zone, by its settings.</summary>
    public static IServiceCollection AddOperatorZone(this IServiceCollection services)
    {
        services.AddValidatedOptions<OperatorSettings>("Operator");
        return services.AddSingleton(provider => new OperatorZone(
            TimeZoneInfo.FindSystemTimeZoneById(provider.GetRequiredService<IOptions<OperatorSettings>>().Value.TimeZone)));
    }
}
