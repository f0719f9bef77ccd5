using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Gateway.Access;

/// <summary><c>/api/v1/access/users</c>: who may sign in, with which roles and regions.</summary>
internal static class AccountApi
{
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/api/v1/access/users").RequireRoles(Roles.Admin).WithTags("users");
        users.MapGet("", ListAsync).WithName("listUsers").WithSummary("Everyone who may sign in, by name");
        users.MapPost("", CreateAsync).WithName("createUser").WithSummary("Adds a local account");
        users.MapPatch("/{name}", EditAsync).WithName("changeUser").WithSummary("Changes roles, regions, the shown name, or disables; acts at once");
        users.MapPost("/{name}/password", SetPasswordAsync).WithName("setPassword").WithSummary("Sets a new password and ends the person's sessions");
    }

    private static async Task<Ok<Page<Account>>> ListAsync(PageRequest page, AccountStore store, CancellationToken cancellation) =>
        TypedResults.Ok(Page<Account>.Of(await store.ListAsync(page, cancellation), page, account => [account.Name]));

    private static async Task<Results<Created, Problem>> CreateAsync(
        JsonBody<NewAccount> body, HttpContext context, AccountStore store, Passwords passwords, CancellationToken cancellation)
    {
        var hash = await passwords.HashAsync(body.Value.Password, cancellation);
        var outcome = await store.CreateAsync(Actor.Of(context), body.Value, hash, cancellation);
        return outcome == AccountOutcome.Done ? TypedResults.Created($"/api/v1/access/users/{Uri.EscapeDataString(body.Value.Name)}") : Refusal(outcome);
    }

    private static async Task<Results<NoContent, Problem>> EditAsync(
        string name, JsonBody<AccountEdit> body, HttpContext context, AccountStore store, CancellationToken cancellation)
    {
        var outcome = await store.EditAsync(Actor.Of(context), name, body.Value, cancellation);
        return outcome == AccountOutcome.Done ? TypedResults.NoContent() : Refusal(outcome);
    }

    private static async Task<Results<NoContent, Problem>> SetPasswordAsync(
        string name, JsonBody<NewPassword> body, HttpContext context, AccountStore store, Passwords passwords, CancellationToken cancellation)
    {
        var hash = await passwords.HashAsync(body.Value.Password, cancellation);
        var outcome = await store.SetPasswordAsync(Actor.Of(context), name, hash, cancellation);
        return outcome == AccountOutcome.Done ? TypedResults.NoContent() : Refusal(outcome);
    }

    private static Problem Refusal(AccountOutcome outcome) => outcome switch
    {
        AccountOutcome.NotFound => Problem.NotFound(),
        AccountOutcome.AlreadyThere => Problem.Conflict("user-exists", new("用户名已存在", "There is a user of that name")),
        AccountOutcome.LastAdmin => Problem.Conflict("last-admin", new("至少要保留一名管理员", "One administrator has to remain")),
        _ => Problem.Conflict("not-local", new("该用户由外部身份系统管理", "That user signs in elsewhere")),
    };
}
