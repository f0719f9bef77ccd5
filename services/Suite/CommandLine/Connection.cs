using System.CommandLine;
using ECommerce.Channels.Contracts;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary>The options that every command has: which suite, as whom, and how to print.</summary>
internal sealed class Connection
{
    public Connection(Terminal terminal)
    {
        Suite = new Option<string?>("--suite")
        {
            Description = terminal.Say("运行中套件的 suite.json（默认：默认数据目录中的）", "suite.json of a running suite (default: that of the default data folder)"),
            HelpName = "FILE",
            Recursive = true,
        };
        As = new Option<string>("--as")
        {
            Description = terminal.Say("以哪个角色的账号执行（默认 admin）", "the role whose account is used (default admin)"),
            HelpName = "ROLE",
            Recursive = true,
            DefaultValueFactory = _ => Roles.Admin,
        };
        As.Validators.Add(result =>
        {
            if (!Roles.All.Contains(result.GetValueOrDefault<string>())) result.AddError($"--as: {string.Join(", ", Roles.All)}");
        });
        Server = new Option<string?>("--server")
        {
            Description = terminal.Say("直接访问此地址，密钥取自 CHANNELS_API_KEY", "talk to this address instead, with the key in CHANNELS_API_KEY"),
            HelpName = "URL",
            Recursive = true,
        };
        Json = new Option<bool>("--json")
        {
            Description = terminal.Say("输出 JSON", "print JSON"),
            Recursive = true,
        };
        this.terminal = terminal;
    }

    private readonly Terminal terminal;

    public Option<string?> Suite { get; }

    public Option<string> As { get; }

    public Option<string?> Server { get; }

    public Option<bool> Json { get; }

    public bool IsJson(ParseResult words) => words.GetValue(Json);

    /// <summary>The data folder beside the suite's file: logs, secrets.</summary>
    public string DataFolder(ParseResult words) => Path.GetDirectoryName(SuitePath(words))!;

    public string SuitePath(ParseResult words) => Path.GetFullPath(words.GetValue(Suite) ?? Path.Combine(DefaultDataFolder, SuiteFile.Name));

    public async Task<Api> OpenAsync(ParseResult words, CancellationToken cancellation)
    {
        if (words.GetValue(Server) is { } server)
        {
            if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new UsageException($"--server: no address '{server}'");
            var key = Environment.GetEnvironmentVariable("CHANNELS_API_KEY");
            return string.IsNullOrEmpty(key)
                ? throw new UsageException("--server: CHANNELS_API_KEY is not set")
                : new Api(address, key, terminal.Language);
        }
        var suite = await SuiteFile.ReadAsync(SuitePath(words), cancellation);
        var role = words.GetValue(As)!;
        var account = suite.Accounts.FirstOrDefault(account => account.Role == role)
            ?? throw new FileNotFoundException($"{SuitePath(words)} has no account of role {role}");
        return new Api(new Uri(suite.Address), account.ApiKey, terminal.Language);
    }

    /// <summary><c>.data</c> in the checkout that the program was started from, else in the current folder.</summary>
    public static string DefaultDataFolder =>
        Path.GetFullPath(Path.Combine(Environment.GetEnvironmentVariable("CHANNELS_HOME") is { Length: > 0 } home ? home : ".", ".data"));
}

/// <summary>The words on the command line are wrong; exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
