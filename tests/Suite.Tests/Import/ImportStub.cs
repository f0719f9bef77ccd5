using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Suite.Tests.Import;

/// <summary>
/// The import's routes over real sockets, with the promises of the contract: a row sent again is no repeat, the same transaction in
/// another row is; an unfinished import of the same file and mapping goes on. Faults are ordered by <see cref="Fault"/>.
/// </summary>
internal sealed class ImportStub : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Import> imports = [];
    private readonly HashSet<(string, string, string, string)> identities = [];

    private ImportStub(WebApplication app) => this.app = app;

    /// <summary>Asked before each call; a status other than null is answered instead, 0 breaks the connection.</summary>
    public Func<HttpRequest, int?> Fault { get; set; } = _ => null;

    /// <summary>Errors by field that the ingestion finds in an event; null takes it.</summary>
    public Func<JsonElement, string?> Refuse { get; set; } = _ => null;

    public List<JsonElement> Accepted { get; } = [];

    public List<string> Keys { get; } = [];

    public int Retries { get; private set; }

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public Import Single => imports.Values.Single();

    public static async Task<ImportStub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var made = builder.Build();
        var stub = new ImportStub(made);
        made.Use(stub.FaultAsync);
        made.MapPost("/api/v1/kpi/imports", stub.StartImportAsync);
        made.MapPost("/api/v1/kpi/imports/{id}/transactions", stub.TakeAsync);
        made.MapPatch("/api/v1/kpi/imports/{id}", stub.ReportAsync);
        made.MapGet("/api/v1/kpi/imports/{id}", (string id) => Results.Json(stub.imports[id].Body()));
        await made.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task FaultAsync(HttpContext context, RequestDelegate next)
    {
        int? fault;
        lock (gate) fault = Fault(context.Request);
        if (fault is null) await next(context);
        else if (fault == 0) context.Abort();
        else
        {
            Retries++;
            context.Response.StatusCode = fault.Value;
            context.Response.Headers.RetryAfter = "0";
        }
    }

    private async Task<IResult> StartImportAsync(HttpRequest request)
    {
        using var body = await JsonDocument.ParseAsync(request.Body);
        var file = body.RootElement.GetProperty("file");
        var key = file.GetProperty("sha256").GetString() + body.RootElement.GetProperty("mapping").GetString();
        lock (gate)
        {
            if (imports.Values.FirstOrDefault(import => import.Key == key && !import.Done) is { } unfinished) return Results.Json(unfinished.Body(), statusCode: 200);
            var made = new Import($"i{imports.Count + 1}", key, body.RootElement.GetProperty("source").GetString()!);
            imports.Add(made.Id, made);
            return Results.Json(made.Body(), statusCode: 201);
        }
    }

    private async Task<IResult> TakeAsync(string id, HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var lines = (await reader.ReadToEndAsync()).Split('\n');
        var rejected = new List<object>();
        var total = 0;
        lock (gate)
        {
            var import = imports[id];
            Keys.Add(request.Headers["Idempotency-Key"].Single()!);
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i].Length == 0) continue;
                var one = JsonDocument.Parse(lines[i]).RootElement;
                if (Refuse(one) is { } field)
                {
                    if (++total <= 1000) rejected.Add(new { line = i + 1, errors = new Dictionary<string, string[]> { [field] = ["no"] } });
                }
                else
                {
                    Take(import, one);
                }
            }
        }
        return Results.Json(new { accepted = lines.Length - 1 - total, rejected, rejectedTotal = total }, statusCode: 202);
    }

    private void Take(Import import, JsonElement one)
    {
        if (!import.RowsTaken.Add(one.GetProperty("row").GetInt64())) return;
        var minute = one.GetProperty("at").GetString()![..16];
        if (!identities.Add((import.Source, one.GetProperty("id").GetString()!, one.GetProperty("customer").GetString()!, minute)))
        {
            import.Repeated++;
            return;
        }
        import.Accepted++;
        Accepted.Add(one);
    }

    private async Task<IResult> ReportAsync(string id, HttpRequest request)
    {
        using var body = await JsonDocument.ParseAsync(request.Body);
        lock (gate)
        {
            var import = imports[id];
            import.Rows = body.RootElement.GetProperty("rows").GetInt64();
            import.Rejected = body.RootElement.GetProperty("rejected").Deserialize<Dictionary<string, long>>()!;
            import.Done = body.RootElement.GetProperty("done").GetBoolean();
            return Results.Json(import.Body());
        }
    }

    internal sealed class Import(string id, string key, string source)
    {
        public string Id => id;

        public string Key => key;

        public string Source => source;

        public HashSet<long> RowsTaken { get; } = [];

        public long Rows { get; set; }

        public long Accepted { get; set; }

        public long Repeated { get; set; }

        public Dictionary<string, long> Rejected { get; set; } = [];

        public bool Done { get; set; }

        public object Body() => new { id, rows = Rows, accepted = Accepted, repeated = Repeated, conflict = 0, rejected = Rejected, unknown = new { }, lag = 0, done = Done };
    }
}
