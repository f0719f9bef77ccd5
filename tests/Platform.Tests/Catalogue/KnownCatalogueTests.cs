using System.Text.Json;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Catalogue;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Catalogue;

public sealed class KnownCatalogueTests
{
    private static readonly DateOnly Today = new(2026, 11, 26);

    [Fact]
    public void SubTrees_OfRegionsThatMoved_HoldWhatEverLayInThem()
    {
        var catalogue = Of(
            ("regions", "44", [Since(2000, """{"code":"44"}""")]),
            ("regions", "45", [Since(2000, """{"code":"45"}""")]),
            ("regions", "4401", [Since(2000, """{"code":"4401","parent":"44"}"""), Since(2026, """{"code":"4401","parent":"45"}""")]),
            ("regions", "440101", [Since(2000, """{"code":"440101","parent":"4401"}""")]));
        Assert.Equal(["44", "4401", "440101"], catalogue.SubTrees(["44"]).Order(StringComparer.Ordinal));
        Assert.Equal(["4401", "440101", "45"], catalogue.SubTrees(["45"]).Order(StringComparer.Ordinal));
        Assert.Empty(catalogue.SubTrees(["99"]));
    }

    [Fact]
    public void Entries_OfAnotherDay_AreNotTodays()
    {
        var catalogue = Of(
            ("services", "payment.topup", [Since(2000, """{"group":"payment","names":{"zh-CN":"话费充值","en":"Top-up"}}"""), Since(2027, """{"group":"other"}""")]),
            ("services", "old", [Since(2000, """{"group":"query"}"""), Since(2026, null)]),
            ("channels", "app", [Since(2000, """{"electronic":true,"assisted":false}""")]),
            ("brands", "later", [Since(2027, "{}")]));
        Assert.Equal(("payment", "话费充值", "Top-up"), (catalogue.Services["payment.topup"].Group, catalogue.Services["payment.topup"].Chinese, catalogue.Services["payment.topup"].English));
        Assert.DoesNotContain("old", catalogue.Services.Keys);
        Assert.True(catalogue.Channels["app"] is { Electronic: true, Assisted: false });
        Assert.Empty(catalogue.Brands);
    }

    private static KnownCatalogue Of(params (string, string, IReadOnlyList<CatalogueEntrySince>)[] entries) => new(entries, Today);

    private static CatalogueEntrySince Since(int year, string? entry) =>
        new(new DateOnly(year, 1, 1), entry is null ? null : JsonDocument.Parse(entry).RootElement);
}
