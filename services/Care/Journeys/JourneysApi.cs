using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Care.Journeys;

/// <summary>What a customer did over all channels, for whoever serves them now.</summary>
internal static class JourneysApi
{
    private const int MostSteps = 500;

    public static void MapJourneys(this IEndpointRouteBuilder api) =>
        api.MapGet("/customers/{customer}/journey", GetAsync).WithTags("Customers").WithName("getJourney")
            .WithSummary("What a customer did over all channels in the last days, newest first, and which matters it belongs to")
            .WithDescription("At most the newest 500 steps of up to 35 days. A matter is one task, else services of one group within 72 hours.")
            .RequireRoles(Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin);

    /// <param name="days">1 to 35; 7 unless given.</param>
    private static async Task<Results<Ok<JourneyBody>, Problem>> GetAsync(
        string customer, HttpContext http, CustomerStore customers, JourneyStore store, CatalogueCopy catalogue, TimeProvider time,
        CancellationToken cancellation, int days = 7)
    {
        if (days is < 1 or > JourneyDays.Kept) return Problem.BadInput("days", "须为 1 至 35", "Must be 1 to 35");
        var regions = await catalogue.GrantedAsync(Caller.Of(http.User).Regions, cancellation);
        // Whoever is not in the directory has no region: for a full grant only.
        if (await customers.FindAsync(customer, regions, cancellation) is null && (regions is not null || !CustomerId.IsValid(customer))) return Problem.NotFound();
        var since = time.GetUtcNow().AddDays(-days);
        var steps = await store.ReadAsync(customer, since, MostSteps + 1, cancellation);
        var shown = steps.Take(MostSteps).ToList();
        var matters = Matter.Of(shown, await catalogue.LatestAsync(cancellation)).Reverse().Select(MatterBody.Of);
        return TypedResults.Ok(new JourneyBody(customer, since, steps.Count > MostSteps, shown, [.. matters]));
    }
}

/// <param name="Since">Steps before are not asked for.</param>
/// <param name="More">There are older ones since then that are not shown.</param>
/// <param name="Steps">Newest first.</param>
/// <param name="Matters">Newest first.</param>
internal sealed record JourneyBody(string Customer, DateTimeOffset Since, bool More, IReadOnlyList<Step> Steps, IReadOnlyList<MatterBody> Matters);

/// <param name="Steps">Source and id of its steps, in the order of time.</param>
/// <param name="Channels">In the order in which they were touched.</param>
/// <param name="Hopped">Two channels or more.</param>
/// <param name="Bounced">A try on an e-channel was followed by one with an employee.</param>
/// <param name="Solved">The last step succeeded.</param>
internal sealed record MatterBody(
    DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string> Steps, IReadOnlyList<string> Channels, bool Hopped, bool Bounced, bool Solved)
{
    public static MatterBody Of(Matter matter) => new(
        matter.Steps[0].At, matter.Steps[^1].At, [.. matter.Steps.Select(step => $"{step.Source}/{step.Id}")], [.. matter.Steps.Select(step => step.Channel).Distinct()],
        matter.Hopped, matter.Bounced, matter.Solved);
}

internal static class JourneysService
{
    public static IServiceCollection AddJourneys(this IServiceCollection services)
    {
        services.AddSingleton<JourneyDays>();
        services.AddSingleton<JourneyStore>();
        services.AddSingleton<ForgottenSources>();
        services.AddSingleton<IKeepsCustomers>(provider => provider.GetRequiredService<JourneyStore>());
        services.AddHostedService<JourneyUpkeep>();
        return services.AddTransactionalConsumer<JourneyConsumer>(new ConsumerOptions(Topics.Transactions.Name, JourneyConsumer.Group) { BatchSize = 2_000 });
    }
}
