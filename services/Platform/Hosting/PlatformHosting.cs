using System.Text.Json;
using System.Text.Json.Serialization;
using ECommerce.Channels.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>What every service stands on, registered in one call; a service adds its own capabilities after it.</summary>
public static class PlatformHosting
{
    public static WebApplicationBuilder AddPlatform(this WebApplicationBuilder builder, ServiceSchema schema)
    {
        var connection = builder.Configuration.GetConnectionString(schema.Schema)
            ?? throw new InvalidOperationException($"ConnectionStrings__{schema.Schema} is not set.");
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddServiceStorage(connection, schema);
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        });
        return builder;
    }

    public static WebApplication UsePlatform(this WebApplication app) => app;
}
