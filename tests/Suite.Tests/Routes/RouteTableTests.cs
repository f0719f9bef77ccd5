using ECommerce.Channels.Contracts;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Routes;

/// <summary>The table against the committed documents; that those are what the services serve is tested with each service.</summary>
public sealed class RouteTableTests
{
    [Fact]
    public void Table_HasExactlyTheRoutesAndRolesOfTheDocuments()
    {
        var wrong = new List<string>();
        foreach (var (service, table) in RouteTable.Services) Compare(service, table, RouteDocuments.Routes(service), wrong);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Documents_AreThoseTheGatewayOffers()
    {
        var offered = RouteDocuments.Offered().Order(StringComparer.Ordinal);
        Assert.Equal(offered, RouteDocuments.Services.Order(StringComparer.Ordinal));
        Assert.Equal(offered, RouteTable.Services.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Documents_TakeABodyWhereverOneIsSent()
    {
        // What has a body and does not say so would not be fuzzed either.
        string[] bodiless =
        [
            "POST /api/v1/care/articles/{id}/approve", "POST /api/v1/care/articles/{id}/archive", "POST /api/v1/care/articles/{id}/restore",
            "POST /api/v1/care/articles/{id}/submit", "POST /api/v1/care/customers/{customer}/reveal", "POST /api/v1/care/dead-letters/{id}/replay",
            "POST /api/v1/care/dead-letters/{id}/resolve", "POST /api/v1/care/sources/{source}/forget", "POST /api/v1/care/tickets/{id}/close",
            "POST /api/v1/care/tickets/{id}/reopen", "POST /api/v1/care/tickets/{id}/resume", "POST /api/v1/care/widget/leave", "POST /api/v1/kpi/dead-letters/{id}/replay", "POST /api/v1/kpi/dead-letters/{id}/resolve", "POST /api/v1/kpi/topics/apply",
            "POST /api/v1/offload/contacts/reservations/{id}/released", "POST /api/v1/offload/contacts/reservations/{id}/spent",
            "POST /api/v1/offload/dead-letters/{id}/replay", "POST /api/v1/offload/dead-letters/{id}/resolve", "POST /api/v1/offload/rules/sets/{number}/revert",
            "POST /api/v1/simulator/pause", "POST /api/v1/simulator/resume",
        ];
        var without = RouteDocuments.Services.SelectMany(RouteDocuments.Routes)
            .Where(route => route.Method is "POST" or "PUT" or "PATCH" && route.Bodies.Count == 0)
            .Select(route => route.Name);
        Assert.Equal(bodiless, without.Order(StringComparer.Ordinal));
    }

    private static void Compare(string service, IReadOnlyList<TableRoute> table, IReadOnlyList<DocumentedRoute> documented, List<string> wrong)
    {
        var written = table.ToDictionary(route => route.ToString());
        var found = documented.ToDictionary(route => route.Name);
        wrong.AddRange(found.Keys.Except(written.Keys).Select(name => $"{name} is not in the table of routes"));
        wrong.AddRange(written.Keys.Except(found.Keys).Select(name => $"{name} is not in docs/api/{service}.json"));
        foreach (var (name, route) in written)
        {
            if (found.TryGetValue(name, out var document)) Compare(route, document, wrong);
        }
    }

    private static void Compare(TableRoute route, DocumentedRoute document, List<string> wrong)
    {
        if (route.Roles.Except(Roles.All).Any()) wrong.Add($"{route} names a role that is none");
        if (!route.Roles.ToHashSet().SetEquals(document.Roles))
            wrong.Add($"{route} is for {Words(route.Roles)} by the table, for {Words(document.Roles)} by its document");
        if ((route.Open || route.ByToken) == document.Protected) wrong.Add($"{route} is {(route.Open ? "open" : "not open")} by the table, but not by its document");
        if (route.AllRegions != document.AllRegions) wrong.Add($"{route} is {(route.AllRegions ? "" : "not ")}for those who see all regions by the table, but not by its document");
        if (route.Regional != document.HasRegion) wrong.Add($"{route} {(route.Regional ? "takes no" : "takes a")} region by its document");
    }

    private static string Words(IEnumerable<string> roles) => string.Join(", ", roles.Order(StringComparer.Ordinal)) is { Length: > 0 } words ? words : "everyone";
}
