using System.Text.Json;
using ECommerce.Channels.Console.Tests.Harness;
using Microsoft.Playwright;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Budgets;

/// <summary>
/// How fast it is, on a machine that does nothing else: the median of five after a warm-up, with the browser's own measures. By hand
/// (<c>./test --long Console</c>), since a busy machine says nothing. The figures go to tests/results/console-lab.json. [P1, P6]
/// </summary>
[Trait("Size", "long")]
[Collection<Lab>]
public sealed class LabTests(Consoles consoles)
{
    private const int Times = 5;

    private sealed class Vitals
    {
        public double Lcp { get; set; }

        public string Element { get; set; } = "";

        public double Cls { get; set; }

        public double Inp { get; set; }
    }

    [Theory]
    [InlineData("sign-in", "/", 1_800)]
    [InlineData("today", "/", 2_500)]
    [InlineData("explore, 13 channels by day over a year", "/explore?by=channel&p=12m&g=day", 2_500)]
    public async Task Screen_Loaded_IsThereWithinItsBudget(string name, string address, double milliseconds)
    {
        var measured = new List<Vitals>();
        for (var time = 0; time <= Times; time++)
        {
            await using var view = await OpenAsync(name);
            await view.GoAsync(address);
            if (time > 0) measured.Add(await VitalsAsync(view));
        }
        var (lcp, cls) = (Median(measured.Select(one => one.Lcp)), Median(measured.Select(one => one.Cls)));
        await WriteAsync(name, new { lcp, cls, measured });
        Assert.True(lcp <= milliseconds, $"{name}: LCP {lcp:0} ms ({measured[0].Element})");
        Assert.True(cls <= 0.05, $"{name}: CLS {cls:0.000}");
    }

    [Fact]
    public async Task Filter_Changed_IsAnsweredWithinItsBudget()
    {
        var measured = new List<double>();
        for (var time = 0; time <= Times; time++)
        {
            await using var view = await OpenAsync("today");
            await view.GoAsync("/");
            await view.Page.EvaluateAsync("vitals.inp = 0");
            await view.Page.GetByRole(AriaRole.Combobox, new() { Name = "Period", Exact = true }).ClickAsync();
            await view.Page.GetByTitle("Last 7 days").ClickAsync();
            await view.SettleAsync();
            if (time > 0) measured.Add((await VitalsAsync(view)).Inp);
        }
        await WriteAsync("filter", new { inp = Median(measured), measured });
        Assert.True(Median(measured) <= 150, $"INP {Median(measured):0} ms");
    }

    private async Task<View> OpenAsync(string name)
    {
        var view = await consoles.OpenAsync(new Viewer { Role = name == "sign-in" ? null : "manager", Width = 1440 });
        await view.Context.AddInitScriptAsync(Scripts.Vitals);
        return view;
    }

    private static Task<Vitals> VitalsAsync(View view) => view.Page.EvaluateAsync<Vitals>("vitals");

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Times / 2);

    private static async Task WriteAsync(string name, object figures)
    {
        var file = Path.Combine(Path.GetDirectoryName(Pictures.Folder)!, "console-lab.json");
        await File.AppendAllTextAsync(file, JsonSerializer.Serialize(new { name, figures }) + "\n");
    }
}

/// <summary>Nothing else runs beside a measurement.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Lab;
