using System.CommandLine;
using ECommerce.Channels.Suite.Running;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary><c>channels suite run</c>: what <c>./run</c> becomes when everything is built.</summary>
internal static class SuiteCommand
{
    public static Command Create(Terminal terminal)
    {
        var empty = new Option<bool>("--empty") { Description = terminal.Say("不含演示运营商的数据", "without the demo operator's data") };
        var port = new Option<int>("--port")
        {
            Description = terminal.Say("访问端口（默认 8080）", "the port to answer on (default 8080)"),
            HelpName = "N",
            DefaultValueFactory = _ => SuiteSettings.DefaultPort,
        };
        port.Validators.Add(result =>
        {
            // What is no number at all has its own message already.
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && number is < 1 or > 65535) result.AddError("--port: 1 to 65535");
        });
        var data = new Option<string?>("--data") { Description = terminal.Say("数据目录（默认：检出目录下的 .data）", "the data folder (default: .data in the checkout)"), HelpName = "DIR" };
        var run = new Command("run", terminal.Say("在前台运行整个套件", "run the whole suite in the foreground")) { empty, port, data };
        run.SetAction(async (words, cancellation) =>
        {
            var folder = Path.GetFullPath(words.GetValue(data) ?? Connection.DefaultDataFolder);
            var settings = new SuiteSettings(folder, words.GetValue(port), words.GetValue(empty), Environment.GetEnvironmentVariable);
            await new SuiteHost(settings, terminal.Out, line => terminal.Error.WriteLine(line), TimeProvider.System).RunAsync(cancellation);
            return ExitCodes.Done;
        });
        return new Command("suite", terminal.Say("套件本身", "the suite itself")) { run };
    }
}
