using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Care.Customers;

/// <summary>The directory over HTTP. A customer outside of the caller's regions is as if there were none.</summary>
internal static class CustomersApi
{
    private const string Lines = "application/x-ndjson";
    private static readonly string[] Readers = [Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin];
    private static readonly string[] Seers = [Roles.Agent, Roles.Supervisor, Roles.Admin];
    private static readonly string[] Writers = [Roles.Portal, Roles.Admin];
    private static readonly string[] Recorders = [Roles.Portal, Roles.Agent, Roles.Supervisor, Roles.Admin];

    public static void MapCustomers(this IEndpointRouteBuilder api)
    {
        var customers = api.MapGroup("/customers").WithTags("Customers");
        customers.MapGet("", ListAsync).WithName("listCustomers").WithSummary("Customers of the directory, by pseudonym").RequireRoles(Readers);
        customers.MapPost("", PutManyAsync).WithName("putCustomers").WithSummary("Put up to 5,000 customers into the directory (NDJSON, 8 MiB)")
            .WithDescription("One customer a line, as for one, with its pseudonym and its consents. The same list again changes nothing.")
            .Accepts<CustomerInput>(Lines).WithBodyLimit(CustomerLines.MaxBytes).RequireRoles(Writers).RequireAllRegions();
        api.MapPost("/lookup", LookUpAsync).WithTags("Customers").WithName("lookUpCustomer").WithSummary("The customer of a phone number").RequireRoles(Seers)
            .WithDescription("The number is in the body and is kept nowhere; the call leaves an audit line.");
        customers.MapGet("/{customer}", GetAsync).WithName("getCustomer").WithSummary("One customer, without what is sealed").RequireRoles(Readers);
        customers.MapPut("/{customer}", PutAsync).WithName("putCustomer").WithSummary("Put a customer into the directory, or change one")
            .Accepts<CustomerEdit>("application/json").RequireRoles(Writers);
        customers.MapDelete("/{customer}", EraseAsync).WithName("eraseCustomer").WithSummary("Forget who a customer is").RequireRoles(Roles.Admin)
            .WithDescription("The data key and the row are destroyed, every service puts a random id in the pseudonym's place; topics and backups forget within 31 days.");
        customers.MapPost("/{customer}/reveal", RevealAsync).WithName("revealCustomer").WithSummary("The contact address and note of a customer, in clear")
            .WithDescription("Leaves an audit line.").RequireRoles(Seers);
        customers.MapGet("/{customer}/consents", ConsentsAsync).WithName("listConsents").WithSummary("What a customer agreed to, now and ever")
            .RequireRoles(Roles.Portal, Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin);
        customers.MapPost("/{customer}/consents", RecordAsync).WithName("recordConsent").WithSummary("Record a yes or no of a customer")
            .Accepts<ConsentEdit>("application/json").RequireRoles(Recorders);
    }

    /// <param name="stage">entry, mature or decline.</param>
    /// <param name="tier">ordinary, silver, gold, diamond or vip.</param>
    /// <param name="brand">A brand's code.</param>
    /// <param name="region">Comma list of codes, each with what lies in it.</param>
    /// <param name="manager">User name of the dedicated manager.</param>
    /// <param name="tag">One tag.</param>
    private static async Task<Results<Ok<Page<CustomerBody>>, Problem>> ListAsync(
        PageRequest page, CustomerStore store, CatalogueCopy catalogue, HttpContext http, CancellationToken cancellation, string? stage = null,
        string? tier = null, string? brand = null, string? region = null, string? manager = null, string? tag = null)
    {
        var regions = await catalogue.GrantedAsync(Caller.Of(http.User).Regions, cancellation);
        var asked = string.IsNullOrEmpty(region) ? null : region.Split(',');
        if (regions is not null && asked?.All(regions.Contains) == false) return Problem.Forbidden();
        var wanted = asked is null ? null : (await catalogue.LatestAsync(cancellation)).SubTrees(asked).ToArray();
        var after = page.AfterKey(1)?[0];
        var read = await store.ListAsync(new CustomerFilter(regions, stage, tier, brand, wanted, manager, tag, after, page.Limit + 1), cancellation);
        return TypedResults.Ok(Page<CustomerBody>.Of([.. read.Select(CustomerBody.Of)], page, one => [one.Customer]));
    }

    private static async Task<Results<Ok<CustomersPut>, Problem>> PutManyAsync(
        HttpContext http, CustomerBatch batch, CatalogueCopy catalogue, TimeProvider time, CancellationToken cancellation)
    {
        if (!Lines.Equals(http.Request.ContentType?.Split(';')[0].Trim(), StringComparison.OrdinalIgnoreCase)) return StatusProblems.Of(415);
        using var bytes = new MemoryStream();
        await http.Request.Body.CopyToAsync(bytes, cancellation);
        var known = await catalogue.LatestAsync(cancellation);
        if (CustomerLines.Read(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), known, time.GetUtcNow()) is not { } lines) return Problem.TooLarge();
        var changed = lines.Customers.Count == 0 ? 0 : await batch.PutAsync(lines.Customers, Caller.Of(http.User).Subject, cancellation);
        return TypedResults.Ok(new CustomersPut(lines.Accepted, changed, lines.Rejected(CallerLanguage.Of(http.Request)), lines.RejectedTotal));
    }

    /// <summary>The audit line is written first: without it nothing is told.</summary>
    private static async Task<Results<Ok<LookupBody>, Problem>> LookUpAsync(
        JsonBody<LookupInput> body, Pseudonymiser pseudonymiser, CustomerStore store, CatalogueCopy catalogue, CustomerPrivacy privacy, HttpContext http,
        CancellationToken cancellation)
    {
        if (pseudonymiser.Of(body.Value.Number) is not { } id) return Problem.BadInput("number", "不是手机号码", "Is no mobile number");
        var caller = Caller.Of(http.User);
        var found = await store.FindAsync(id, await catalogue.GrantedAsync(caller.Regions, cancellation), cancellation);
        await privacy.AuditAsync(caller.Subject, "customer.look-up", found?.Id, cancellation);
        return found is null ? Problem.NotFound() : TypedResults.Ok(new LookupBody(CustomerBody.Of(found)));
    }

    private static async Task<Results<Ok<CustomerBody>, Problem>> GetAsync(
        string customer, CustomerStore store, CatalogueCopy catalogue, HttpContext http, CancellationToken cancellation)
    {
        var regions = await catalogue.GrantedAsync(Caller.Of(http.User).Regions, cancellation);
        if (await store.FindAsync(customer, regions, cancellation) is not { } found) return Problem.NotFound();
        http.Response.Tag(found.Revision);
        return TypedResults.Ok(CustomerBody.Of(found));
    }

    private static async Task<Results<Ok<CustomerBody>, Problem>> PutAsync(
        string customer, HttpContext http, CustomerDirectory directory, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var edit = CustomerEdit.Read(fields, await catalogue.LatestAsync(cancellation));
        CheckId(customer, fields.Errors);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        var caller = Caller.Of(http.User);
        var regions = await catalogue.GrantedAsync(caller.Regions, cancellation);
        Problem? stale = null;
        var (changed, after) = await directory.PutAsync(
            customer, edit, regions, revision => (stale = EntityTags.IfMatch(http.Request, revision)) is null, caller.Subject, cancellation);
        if (changed != Changed.Done) return stale ?? ProblemOf(changed);
        http.Response.Tag(after!.Revision);
        return TypedResults.Ok(CustomerBody.Of(after));
    }

    private static async Task<Results<NoContent, Problem>> EraseAsync(
        string customer, HttpContext http, CustomerDirectory directory, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var caller = Caller.Of(http.User);
        var changed = await directory.EraseAsync(customer, await catalogue.GrantedAsync(caller.Regions, cancellation), caller.Subject, cancellation);
        return changed == Changed.Done ? TypedResults.NoContent() : ProblemOf(changed);
    }

    private static async Task<Results<Ok<RevealedBody>, Problem>> RevealAsync(
        string customer, HttpContext http, CustomerStore store, CustomerPrivacy privacy, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var caller = Caller.Of(http.User);
        if (await store.FindAsync(customer, await catalogue.GrantedAsync(caller.Regions, cancellation), cancellation) is not { } found) return Problem.NotFound();
        await privacy.AuditAsync(caller.Subject, "customer.reveal", found.Id, cancellation);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await privacy.OpenAsync(found.Id, cancellation));
    }

    private static async Task<Results<Ok<ConsentsBody>, Problem>> ConsentsAsync(
        string customer, HttpContext http, CustomerStore store, CustomerPrivacy privacy, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var regions = await catalogue.GrantedAsync(Caller.Of(http.User).Regions, cancellation);
        if (await store.FindAsync(customer, regions, cancellation) is not { } found) return Problem.NotFound();
        return TypedResults.Ok(ConsentsBody.Of(new ConsentRecord(found, await privacy.SaidAsync(found.Id, cancellation))));
    }

    private static async Task<Results<Ok<ConsentsBody>, Problem>> RecordAsync(
        string customer, HttpContext http, CustomerDirectory directory, CatalogueCopy catalogue, TimeProvider time, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var edit = ConsentEdit.Read(fields, await catalogue.LatestAsync(cancellation), time.GetUtcNow());
        CheckId(customer, fields.Errors);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        var caller = Caller.Of(http.User);
        var regions = await catalogue.GrantedAsync(caller.Regions, cancellation);
        var (changed, record) = await directory.RecordAsync(customer, edit, regions, caller.Subject, cancellation);
        return changed == Changed.Done ? TypedResults.Ok(ConsentsBody.Of(record!)) : ProblemOf(changed);
    }

    private static void CheckId(string customer, FieldErrors errors)
    {
        if (!CustomerId.IsValid(customer)) errors.Add("customer", "须为客户标识 c_…", "Must be a customer's pseudonym, c_…");
    }

    private static Problem ProblemOf(Changed changed) => changed switch
    {
        Changed.Forbidden => Problem.Forbidden(),
        Changed.Stale => Problem.PreconditionFailed(),
        _ => Problem.NotFound(),
    };
}

/// <param name="Customer">The pseudonym.</param>
/// <param name="HasAddress">A contact address is kept, sealed.</param>
/// <param name="HasNote">A note is kept, sealed.</param>
internal sealed record CustomerBody(
    string Customer, string? Stage, string? Tier, string? Brand, string? Region, string? Language, IReadOnlyList<string> Tags, string? PreferredChannel,
    string? Manager, bool HasAddress, bool HasNote, long ConsentVersion, long Revision, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static CustomerBody Of(Customer one) => new(
        one.Id, one.Stage, one.Tier, one.Brand, one.Region, one.Language, one.Tags, one.PreferredChannel, one.Manager, one.HasAddress, one.HasNote,
        one.ConsentVersion, one.Revision, one.CreatedAt, one.UpdatedAt);
}

/// <param name="Accepted">Lines that were right.</param>
/// <param name="Changed">Customers that are not as they were, new ones included.</param>
/// <param name="Rejected">The first 1,000 lines that were not taken.</param>
internal sealed record CustomersPut(int Accepted, int Changed, IReadOnlyList<RejectedCustomer> Rejected, int RejectedTotal);

internal sealed record LookupBody(CustomerBody Customer);

/// <summary>What is sealed, in clear.</summary>
internal sealed record RevealedBody(string? Address, string? Note);

/// <param name="Holding">What holds now for each purpose and channel spoken about; everything else is a no.</param>
/// <param name="Said">Everything ever said, in the order of recording.</param>
/// <param name="Version">Counts what was said.</param>
internal sealed record ConsentsBody(string Customer, long Version, IReadOnlyList<ConsentBody> Holding, IReadOnlyList<ConsentBody> Said)
{
    public static ConsentsBody Of(ConsentRecord record) => new(
        record.Customer.Id, record.Customer.ConsentVersion, [.. Consents.Holding(record.Said).Select(ConsentBody.Of)], [.. record.Said.Select(ConsentBody.Of)]);
}

/// <param name="At">When the customer said it.</param>
/// <param name="Origin">Where it was said, or which list it comes from.</param>
internal sealed record ConsentBody(
    string Purpose, string Channel, bool Given, DateTimeOffset At, long Version, string Origin, string RecordedBy, DateTimeOffset RecordedAt)
{
    public static ConsentBody Of(Consent one) => new(one.Purpose, one.Channel, one.Given, one.At, one.Version, one.Origin, one.RecordedBy, one.RecordedAt);
}
