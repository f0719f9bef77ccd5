using ECommerce.Channels.Suite.CommandLine;
using ECommerce.Channels.Suite.Tests.Running;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.CommandLine;

/// <summary>What can be told without a suite: words, help, exit codes.</summary>
public sealed class UsageTests
{
    private static readonly string Nowhere = Path.Combine(Path.GetTempPath(), "channels-nowhere", "suite.json");

    [Theory]
    [InlineData]
    [InlineData("nonsense")]
    [InlineData("show")]
    [InlineData("show", "attempts", "--nonsense")]
    [InlineData("show", "attempts", "--as", "nobody")]
    [InlineData("import", "transactions", "file.csv")]
    [InlineData("keys", "create", "name")]
    [InlineData("suite", "run", "--port", "0")]
    [InlineData("suite", "run", "--port", "many")]
    public async Task WrongWords_AnyCommand_EndWith2AndAHint(params string[] words)
    {
        var (exit, output, error) = await Cli.RunAsync(words);

        Assert.Equal(ExitCodes.WrongUsage, exit);
        Assert.Contains("--help", error, StringComparison.Ordinal);
        Assert.Equal("", output);
    }

    [Theory]
    [InlineData("show", "attempts")]
    [InlineData("import", "transactions", "no-such-file.csv", "--mapping", "boss")]
    [InlineData("users", "list", "--json")]
    public async Task NothingThere_AnyCommand_EndsWith3(params string[] words)
    {
        var (exit, output, error) = await Cli.RunAsync([.. words, "--suite", Nowhere]);

        Assert.Equal(ExitCodes.NotFound, exit);
        Assert.Equal("", output);
        Assert.NotEqual("", error);
    }

    [Fact]
    public async Task Server_WithoutKeyOrAddress_IsWrongUsage()
    {
        Assert.Equal(ExitCodes.WrongUsage, (await Cli.RunAsync("show", "attempts", "--server", "nonsense")).Exit);
        Assert.Equal(ExitCodes.WrongUsage, (await Cli.RunAsync("--server", "ftp://127.0.0.1", "show", "attempts")).Exit);
    }

    /// <summary>Scripts rely on the numbers.</summary>
    [Fact]
    public void ExitCodes_AreThoseOfTheContract() => Assert.Equal(
        (0, 1, 2, 3, 4), (ExitCodes.Done, ExitCodes.Failure, ExitCodes.WrongUsage, ExitCodes.NotFound, ExitCodes.Denied));

    [Fact]
    public async Task Server_ThatDoesNotAnswer_IsAFailure()
    {
        var key = new Dictionary<string, string> { ["CHANNELS_API_KEY"] = "chk_portal_x" };
        var (exit, output, error) = await Cli.RunAsync(key, "show", "attempts", "--server", $"http://127.0.0.1:{Ports.Free()}");
        Assert.Equal((1, ""), (exit, output));
        Assert.NotEqual("", error);
    }

    [Fact]
    public async Task Defaults_AreTheDataFolderOfTheCheckoutAndPort8080()
    {
        var home = Directory.CreateTempSubdirectory("channels-home-").FullName;
        var (exit, _, error) = await Cli.RunAsync(new Dictionary<string, string> { ["CHANNELS_HOME"] = home }, "users", "list");
        Directory.Delete(home);

        Assert.Equal(ExitCodes.NotFound, exit);
        Assert.Contains(Path.Combine(home, ".data", "suite.json"), error, StringComparison.Ordinal);
        Assert.Contains("[default: 8080]", (await Cli.RunAsync("suite", "run", "--help")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("import", "transactions")]
    [InlineData("show")]
    [InlineData("doctor")]
    [InlineData("audit", "verify")]
    [InlineData("users")]
    [InlineData("keys")]
    [InlineData("dead")]
    public async Task Help_EveryCommand_HasExamplesAndNoColour(params string[] words)
    {
        var (exit, output, _) = await Cli.RunAsync([.. words, "--help"]);

        Assert.Equal(ExitCodes.Done, exit);
        Assert.Contains("Examples:", output, StringComparison.Ordinal);
        Assert.Contains("channels " + words[0], output, StringComparison.Ordinal);
        Assert.Contains("--json", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zh_CN.UTF-8", null, false)]
    [InlineData("en_GB.UTF-8", null, true)]
    [InlineData("C.UTF-8", null, false)]
    [InlineData(null, null, false)]
    [InlineData("zh_CN.UTF-8", "en", true)]
    [InlineData("en_GB.UTF-8", "zh", false)]
    public void PrefersEnglish_LocaleAndOwnVariable_TheOwnOneDecides(string? lang, string? own, bool english) =>
        Assert.Equal(english, Terminal.PrefersEnglish(name => name switch { "LANG" => lang, "CHANNELS_LANG" => own, _ => null }));
}
