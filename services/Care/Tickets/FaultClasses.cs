using ECommerce.Channels.Care.Calendars;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>What kind of fault a ticket tells of: 故障分类.</summary>
/// <param name="Enabled">New tickets may have it; those that have it keep it.</param>
internal sealed record FaultClass(string Code, Names Names, bool Enabled, int Revision);

/// <param name="Enabled">True unless given.</param>
internal sealed record FaultClassInput(Names Names, bool? Enabled = null) : IJsonInput<FaultClassInput>
{
    public static FaultClassInput Read(JsonFields fields) => new(CalendarInput.ReadNames(fields), fields.OptionalBool("enabled") ?? true);
}

internal sealed class FaultClassStore(NpgsqlDataSource database, AuditLog audit)
{
    public async Task<IReadOnlyList<FaultClass>> AllAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT code, chinese, english, enabled, revision FROM fault_classes ORDER BY code");
        var classes = new List<FaultClass>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            classes.Add(new FaultClass(reader.GetString(0), new Names(reader.GetString(1), reader.GetString(2)), reader.GetBoolean(3), reader.GetInt32(4)));
        return classes;
    }

    /// <summary>Codes that a new ticket may have.</summary>
    public async Task<IReadOnlySet<string>> EnabledAsync(CancellationToken cancellation) =>
        (await AllAsync(cancellation)).Where(one => one.Enabled).Select(one => one.Code).ToHashSet();

    /// <returns>Why not: somebody else was faster.</returns>
    /// <param name="one">With the revision it will have.</param>
    public async Task<Problem?> PutAsync(FaultClass one, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand("""
            INSERT INTO fault_classes AS f (code, chinese, english, enabled, revision) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (code) DO UPDATE SET chinese = $2, english = $3, enabled = $4, revision = $5 WHERE f.revision = $5 - 1
            """, connection, transaction);
        command.With(one.Code).With(one.Names.Chinese).With(one.Names.English).With(one.Enabled).With(one.Revision);
        if (await command.ExecuteNonQueryAsync(cancellation) == 0) return Problem.PreconditionFailed();
        await audit.AppendAsync(transaction, by, one.Revision == 1 ? "fault-class.created" : "fault-class.changed", one.Code, one, cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }
}

/// <summary>The list of fault classes over HTTP.</summary>
internal static class FaultClassesApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var classes = api.MapGroup("/fault-classes").WithTags("Tickets");
        classes.MapGet("", ListAsync).WithName("listFaultClasses").WithSummary("What kinds of faults tickets tell of")
            .RequireRoles(Roles.Portal, Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin);
        classes.MapPut("/{code}", PutAsync).WithName("putFaultClass").WithSummary("Add a fault class, rename it, or take it out of use")
            .RequireRoles(Roles.Supervisor, Roles.Manager, Roles.Admin).RequireAllRegions();
    }

    private static async Task<Ok<FaultClassesBody>> ListAsync(FaultClassStore store, CancellationToken cancellation) =>
        TypedResults.Ok(new FaultClassesBody(await store.AllAsync(cancellation)));

    private static async Task<Results<Ok<FaultClass>, Problem>> PutAsync(
        string code, JsonBody<FaultClassInput> body, HttpContext http, FaultClassStore store, CancellationToken cancellation)
    {
        if (!Codes.IsCode(code)) return Problem.BadInput("code", Codes.Wrong.Chinese, Codes.Wrong.English);
        var before = (await store.AllAsync(cancellation)).SingleOrDefault(one => one.Code == code)?.Revision ?? 0;
        if (EntityTags.IfMatch(http.Request, before) is { } changed) return changed;
        var after = new FaultClass(code, body.Value.Names, body.Value.Enabled ?? true, before + 1);
        if (await store.PutAsync(after, Caller.Of(http.User).Subject, cancellation) is { } refused) return refused;
        http.Response.Tag(after.Revision);
        return TypedResults.Ok(after);
    }
}

internal sealed record FaultClassesBody(IReadOnlyList<FaultClass> FaultClasses);
