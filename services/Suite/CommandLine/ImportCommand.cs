using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Imports;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Suite.Import;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary><c>channels import transactions|customers FILE --mapping NAME|FILE</c></summary>
internal static class ImportCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var file = new Argument<string>("FILE") { Description = terminal.Say("CSV 或 NDJSON，可为 gzip 或 zip，任意编码", "CSV or NDJSON, plain, gzip or zip, in any encoding") };
        var mapping = MappingOption(terminal, Mapping.Transactions);
        var history = new Option<bool>("--history") { Description = terminal.Say("允许早于 400 天的数据", "take transactions older than 400 days too") };
        var rejects = RejectsOption(terminal);
        var transactions = new Command("transactions", terminal.Say("导入运营商导出的交易", "import an operator's export of transactions")) { file, mapping, history, rejects }.WithExamples(
            "channels import transactions tests/data/boss-export.csv.gz --mapping boss",
            "channels import transactions export.zip --mapping my-mapping.yaml --rejects rejected.csv --json");
        transactions.SetAction(async (words, cancellation) =>
        {
            using var api = await connection.OpenAsync(words, cancellation);
            var order = Order(words.GetValue(file)!, words.GetValue(mapping)!, words.GetValue(history), words.GetValue(rejects), Pseudonymiser(connection, words));
            var progress = new ImportProgress(terminal, new FileInfo(order.Path).Length, TimeProvider.System);
            JsonElement import;
            try
            {
                import = await new Importer(new ImportClient(api.Http, progress, TimeProvider.System), progress, TimeProvider.System).RunAsync(order, cancellation);
            }
            finally
            {
                progress.Close();
            }
            if (connection.IsJson(words)) terminal.Json(import);
            else Summarise(terminal, import, order.Rejects);
            return ExitCodes.Done;
        });
        return new Command("import", terminal.Say("导入", "import")) { transactions, ImportCustomersCommand.Create(terminal, connection) };
    }

    /// <param name="kind">What the rows are to become.</param>
    public static Option<string> MappingOption(Terminal terminal, string kind)
    {
        var shipped = Mapping.Shipped(kind);
        return new Option<string>("--mapping")
        {
            Description = terminal.Say(
                $"映射：随产品提供的名称（{string.Join("、", shipped)}）或自己的 YAML 文件",
                $"the mapping: one that ships ({string.Join(", ", shipped)}), or a YAML file of your own"),
            HelpName = "NAME|FILE",
            Required = true,
        };
    }

    public static Option<string?> RejectsOption(Terminal terminal) => new("--rejects")
    {
        Description = terminal.Say("把被拒绝的行写到此文件（号码已掩码）", "write what is rejected to this file (numbers masked)"),
        HelpName = "FILE",
    };

    /// <exception cref="MappingException">Its rows become something else.</exception>
    public static Mapping LoadMapping(string nameOrFile, string kind)
    {
        var mapping = Mapping.Load(nameOrFile);
        return mapping.Kind == kind ? mapping : throw new MappingException($"{mapping.Name} is a mapping of {mapping.Kind}");
    }

    public static Pseudonymiser Pseudonymiser(Connection connection, ParseResult words) => new(NamedKey.Read(KeyFile(connection, words))[0]);

    private static ImportOrder Order(string path, string mappingName, bool history, string? rejects, Pseudonymiser pseudonymiser)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"no file {path}");
        var mapping = LoadMapping(mappingName, Mapping.Transactions);
        // A mapping of the user's own is told apart by its content: an import that was interrupted does not go on under changed rules.
        var name = Mapping.Shipped().Contains(mappingName)
            ? mappingName
            : $"{mapping.Name}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(File.ReadAllText(mappingName))))[..12]}";
        return new ImportOrder(path, mapping, name, history || mapping.History, pseudonymiser.Of, rejects);
    }

    private static string KeyFile(Connection connection, ParseResult words) =>
        Environment.GetEnvironmentVariable("CHANNELS_PSEUDONYM_KEY_FILE") is { Length: > 0 } file
            ? file
            : Path.Combine(connection.DataFolder(words), "secrets", "pseudonym.key");

    private static void Summarise(Terminal terminal, JsonElement import, string? rejects)
    {
        var rejected = Counts(import, "rejected");
        var rows = new List<IReadOnlyList<string>>
        {
            Line(terminal.Say("文件行数", "rows"), import, "rows"),
            Line(terminal.Say("已计入", "accepted"), import, "accepted"),
            Line(terminal.Say("重复", "repeated"), import, "repeated"),
            Line(terminal.Say("冲突", "conflict"), import, "conflict"),
            Line(terminal.Say("死信", "dead letters"), import, "refused"),
            (string[])[terminal.Say("拒绝", "rejected"), $"{rejected.Sum(cause => cause.Count):N0}"],
        };
        rows.AddRange(rejected.Select(cause => (string[])["  " + cause.Name, $"{cause.Count:N0}"]));
        foreach (var field in import.GetProperty("unknown").EnumerateObject())
        {
            foreach (var (code, count) in Counts(field.Value))
                rows.Add([$"{terminal.Say("未知", "unknown")} {field.Name} {code}", $"{count:N0}"]);
        }
        terminal.Table([new(terminal.Say("导入", "import")), new("", Number: true)], rows);
        if (rejected.Count > 0 && rejects is null)
            terminal.Error.WriteLine(terminal.Say("加 --rejects FILE 可查看被拒绝的行", "--rejects FILE shows the rows that were rejected"));
    }

    private static string[] Line(string title, JsonElement import, string member) =>
        [title, import.TryGetProperty(member, out var count) && count.ValueKind == JsonValueKind.Number ? $"{count.GetInt64():N0}" : "-"];

    private static List<(string Name, long Count)> Counts(JsonElement import, string member) =>
        import.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Object ? Counts(value) : [];

    private static List<(string Name, long Count)> Counts(JsonElement counts) =>
        [.. counts.EnumerateObject().Select(count => (count.Name, count.Value.GetInt64())).OrderByDescending(count => count.Item2)];
}
