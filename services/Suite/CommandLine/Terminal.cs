using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary>
/// Where a command writes: answers to <see cref="Out"/>, progress and faults to <see cref="Error"/>. Colour and bars only on a
/// terminal. Chinese unless the locale (or <c>CHANNELS_LANG</c>) prefers English.
/// </summary>
internal sealed class Terminal
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public bool OutIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public bool English { get; init; }

    /// <summary>The value of Accept-Language.</summary>
    public string Language => English ? "en" : "zh-CN";

    public static Terminal OfProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        OutIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        English = PrefersEnglish(Environment.GetEnvironmentVariable),
    };

    /// <summary>The first of the variables that is set and names a language decides.</summary>
    public static bool PrefersEnglish(Func<string, string?> variable)
    {
        foreach (var name in (string[])["CHANNELS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"])
        {
            if (variable(name) is not { Length: > 0 } locale) continue;
            if (locale.StartsWith("en", StringComparison.OrdinalIgnoreCase)) return true;
            if (locale.StartsWith("zh", StringComparison.OrdinalIgnoreCase)) return false;
        }
        return false;
    }

    /// <summary>The sentence in the reader's language.</summary>
    public string Say(string chinese, string english) => English ? english : chinese;

    public void Json<T>(T value) => Out.WriteLine(JsonSerializer.Serialize(value, Indented));

    /// <summary>A table: ruled on a terminal, columns apart by blanks where the output is piped; a word where it has no rows.</summary>
    public void Table(IReadOnlyList<Column> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (rows.Count == 0)
        {
            Out.WriteLine(Say("（无）", "(none)"));
            return;
        }
        var table = new Table { Border = OutIsTerminal ? TableBorder.Rounded : TableBorder.None, ShowRowSeparators = false };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column.Title)) { NoWrap = true, Alignment = column.Number ? Justify.Right : Justify.Left });
        foreach (var row in rows) table.AddRow([.. row.Select(cell => new Text(cell))]);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Out),
            Ansi = OutIsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = OutIsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!OutIsTerminal) console.Profile.Width = 400;
        console.Write(table);
    }
}

/// <summary>A column of a table.</summary>
/// <param name="Number">Aligned to the right.</param>
internal readonly record struct Column(string Title, bool Number = false);
