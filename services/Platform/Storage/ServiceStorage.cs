using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ECommerce.Channels.Platform.Storage;

/// <summary>A service's own schema in PostgreSQL, and the sets of scripts that make it.</summary>
/// <param name="Schema">The service's name.</param>
/// <param name="Sets">Folders that hold <c>Sql/NNNN_name.sql</c>, with the assembly they are embedded in.</param>
public sealed record ServiceSchema(string Schema, IReadOnlyList<(Assembly Assembly, string Set)> Sets)
{
    private static readonly string[] PlatformSets = ["Messaging", "State", "Audit", "Hosting"];

    /// <summary>The platform's tables first, then the service's own sets in the order given.</summary>
    public static ServiceSchema Of(string schema, Assembly service, params string[] sets) => new(
        schema,
        [.. PlatformSets.Select(set => (typeof(ServiceSchema).Assembly, set)), .. sets.Select(set => (service, set))]);

    /// <summary>With a set of the platform's that not every service has; before the service's own.</summary>
    public ServiceSchema With(string platformSet) => this with { Sets = [(typeof(ServiceSchema).Assembly, platformSet), .. Sets] };

    public async Task MigrateAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        foreach (var (assembly, set) in Sets)
            await new SchemaMigrations(database, Schema, assembly, set).ApplyAsync(cancellation);
    }
}

public static class ServiceStorage
{
    /// <summary>One data source for the service, whose unqualified table names mean its own schema.</summary>
    public static IServiceCollection AddServiceStorage(this IServiceCollection services, string connectionString, ServiceSchema schema)
    {
        Dapper.DefaultTypeMap.MatchNamesWithUnderscores = true;
        services.AddSingleton(schema);
        services.AddSingleton(_ => DataSource(connectionString, schema.Schema));
        return services;
    }

    public static NpgsqlDataSource DataSource(string connectionString, string schema)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString) { Name = schema };
        builder.ConnectionStringBuilder.SearchPath = schema;
        builder.ConnectionStringBuilder.ApplicationName = "channels-" + schema;
        builder.ConnectionStringBuilder.GssEncryptionMode = GssEncryptionMode.Disable;
        if (builder.ConnectionStringBuilder.MaxAutoPrepare == 0) builder.ConnectionStringBuilder.MaxAutoPrepare = 50;
        return builder.Build();
    }
}
