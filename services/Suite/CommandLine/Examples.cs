using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary>Examples below the help of a command.</summary>
internal static class Examples
{
    private static readonly ConditionalWeakTable<Command, string[]> Known = [];

    public static Command WithExamples(this Command command, params string[] examples)
    {
        Known.Add(command, examples);
        return command;
    }

    /// <summary>Makes <c>--help</c> print them.</summary>
    public static void ShowExamples(this RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var exit = help.Invoke(parseResult);
            if (!Known.TryGetValue(parseResult.CommandResult.Command, out var examples)) return exit;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples) output.WriteLine("  " + example);
            output.WriteLine();
            return exit;
        }
    }
}
