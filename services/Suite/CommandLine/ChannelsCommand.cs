using System.CommandLine;
using System.Text.Json;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary>The command line <c>channels</c>: its words, and one place where faults become messages and exit codes.</summary>
internal static class ChannelsCommand
{
    public static async Task<int> RunAsync(string[] words, Terminal terminal, CancellationToken cancellation)
    {
        var connection = new Connection(terminal);
        var parsed = Root(terminal, connection).Parse(words);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) terminal.Error.WriteLine(error.Message);
            terminal.Error.WriteLine(terminal.Say($"用法见：channels {Path(parsed)}--help", $"see: channels {Path(parsed)}--help"));
            return ExitCodes.WrongUsage;
        }
        try
        {
            var invocation = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            terminal.Error.WriteLine(terminal.Say("已中断", "interrupted"));
            return ExitCodes.Failure;
        }
        catch (Exception fault) when (fault is not (NullReferenceException or InvalidCastException or IndexOutOfRangeException))
        {
            Explain(fault, terminal, connection.IsJson(parsed));
            return ExitCodes.Of(fault);
        }
    }

    private static RootCommand Root(Terminal terminal, Connection connection)
    {
        var root = new RootCommand(terminal.Say("电子渠道运营套件的命令行", "the command line of the e-channel operations suite"))
        {
            ImportCommand.Create(terminal, connection),
            ShowCommand.Create(terminal, connection),
            DoctorCommand.Create(terminal, connection),
            AuditCommand.Create(terminal, connection),
            AccessCommands.Users(terminal, connection),
            AccessCommands.Keys(terminal, connection),
            TopicsCommand.Create(terminal, connection),
            DeadCommand.Create(terminal, connection),
            SimulateCommand.Create(terminal, connection),
            SuiteCommand.Create(terminal),
        };
        foreach (var option in (Option[])[connection.Suite, connection.As, connection.Server, connection.Json]) root.Options.Add(option);
        root.ShowExamples();
        return root;
    }

    private static string Path(ParseResult parsed) => string.Concat(
        parsed.CommandResult.Command is RootCommand ? [] : parsed.CommandResult.Command.Parents.OfType<Command>().Where(c => c is not RootCommand)
            .Append(parsed.CommandResult.Command).Select(command => command.Name + " "));

    private static void Explain(Exception fault, Terminal terminal, bool json)
    {
        var message = fault is HttpRequestException { InnerException: System.Net.Sockets.SocketException }
            ? terminal.Say($"套件没有响应（{fault.Message}）；它在运行吗？./run 启动，channels doctor 检查", $"no suite answers ({fault.Message}); is it running? ./run starts it, channels doctor checks it")
            : fault.Message;
        terminal.Error.WriteLine(json ? (fault as ApiException)?.Body ?? JsonSerializer.Serialize(new { error = message }) : message);
    }
}
