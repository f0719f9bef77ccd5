using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Customers;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Offload.Contacts;

/// <summary>The contact ledger over HTTP: for whatever sends something to customers.</summary>
internal static class ContactsApi
{
    private const int Most = 200;

    public static void MapContacts(this IEndpointRouteBuilder api)
    {
        var contacts = api.MapGroup("/contacts").WithTags("Contacts");
        contacts.MapPost("/reservations", ReserveAsync).WithName("reserveContact").WithSummary("Reserve one contact with a customer before sending")
            .WithDescription("409 names the rule that stands in the way: an allowance by its name, or quiet-hours; freeAt says when it would pass. What is neither spent nor released within 24 hours is free again.")
            .Accepts<ReservationInput>("application/json").RequireRoles(Roles.Portal, Roles.Manager, Roles.Admin);
        contacts.MapPost("/reservations/{id}/spent", SpendAsync).WithName("spendContact").WithSummary("It was sent").RequireRoles(Roles.Portal, Roles.Manager, Roles.Admin);
        contacts.MapPost("/reservations/{id}/released", ReleaseAsync).WithName("releaseContact").WithSummary("It was not sent").RequireRoles(Roles.Portal, Roles.Manager, Roles.Admin);
        contacts.MapGet("", ListAsync).WithName("listContacts").WithSummary("How often a customer was addressed, newest first")
            .RequireRoles(Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin);
    }

    private static async Task<Results<Created<ReservationBody>, JsonHttpResult<RefusalBody>, Problem>> ReserveAsync(
        HttpContext http, Worlds worlds, ContactLedger ledger, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var input = ReservationInput.Read(fields, worlds.Current);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        var id = CallersKey.Of(http)?.IdOf("r_") ?? "r_" + Guid.CreateVersion7().ToString("N");
        var refusal = await ledger.ReserveAsync(id, input.Customer, input.Purpose, input.Channel, cancellation);
        return refusal is null
            ? TypedResults.Created($"/api/v1/offload/contacts/reservations/{id}", new ReservationBody(id))
            : TypedResults.Json(new RefusalBody(refusal.Rule, refusal.FreeAt), statusCode: StatusCodes.Status409Conflict);
    }

    private static Task<Results<NoContent, Problem>> SpendAsync(string id, ContactLedger ledger, CancellationToken cancellation) => SettleAsync(ledger, id, "spent", cancellation);

    private static Task<Results<NoContent, Problem>> ReleaseAsync(string id, ContactLedger ledger, CancellationToken cancellation) => SettleAsync(ledger, id, "released", cancellation);

    private static async Task<Results<NoContent, Problem>> SettleAsync(ContactLedger ledger, string id, string state, CancellationToken cancellation) =>
        await ledger.SettleAsync(id, state, cancellation) ? TypedResults.NoContent() : Problem.NotFound();

    private static async Task<Results<Ok<ContactsBody>, Problem>> ListAsync(string? customer, HttpContext http, CustomerAccess access, ContactLedger ledger, CancellationToken cancellation)
    {
        if (customer is null || !CustomerId.IsValid(customer)) return Problem.BadInput("customer", "须为客户标识 c_…", "Must be a customer's pseudonym, c_…");
        if (!await access.MaySeeAsync(Caller.Of(http.User), customer, cancellation)) return Problem.Forbidden();
        var contacts = await ledger.OfAsync(customer, Most, cancellation);
        return TypedResults.Ok(new ContactsBody([.. contacts.Select(one => new ContactBody(one.Id, one.Contact.Purpose, one.Contact.Channel, one.Contact.At, one.Contact.State, one.Contact.Outcome))]));
    }
}

/// <param name="Purpose">marketing, survey, guidance or care.</param>
/// <param name="Channel">A code of the catalogue.</param>
internal sealed record ReservationInput(string Customer, string Purpose, string Channel)
{
    public static ReservationInput Read(JsonFields fields, World? world)
    {
        var customer = fields.String("customer");
        if (customer.Length > 0 && !CustomerId.IsValid(customer)) fields.Fail("customer", "须为客户标识 c_…", "Must be a customer's pseudonym, c_…");
        var purpose = fields.OneOf("purpose", [.. ConsentPurposes.All]);
        var channel = fields.Code("channel");
        if (channel.Length > 0 && world is not null && !world.Catalogue.Channels.ContainsKey(channel)) fields.Fail("channel", "目录中没有该渠道", "The catalogue has no such channel");
        return new ReservationInput(customer, purpose, channel);
    }
}

internal sealed record ReservationBody(string Id);

/// <param name="Rule">Name of the allowance, or quiet-hours.</param>
/// <param name="FreeAt">When it would pass if nothing else comes; null: never.</param>
internal sealed record RefusalBody(string Rule, DateTimeOffset? FreeAt);

internal sealed record ContactsBody(IReadOnlyList<ContactBody> Contacts);

/// <param name="State">reserved, spent or released.</param>
/// <param name="Outcome">Of an offer: shown, accepted, refused or ignored.</param>
internal sealed record ContactBody(string Id, string Purpose, string Channel, DateTimeOffset At, string State, string? Outcome);
