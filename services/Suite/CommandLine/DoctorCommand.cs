using System.CommandLine;
using System.Text.Json;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary>One thing that was looked at.</summary>
/// <param name="Advice">What to do; null where nothing is wrong.</param>
internal sealed record Finding(string What, bool Well, string Found, string? Advice);

/// <summary><c>channels doctor</c>: what is wrong with this installation, and what to do about it.</summary>
internal static class DoctorCommand
{
    private const long LittleSpace = 2L << 30;

    public static Command Create(Terminal terminal, Connection connection)
    {
        var command = new Command("doctor", terminal.Say("检查此安装", "what is wrong with this installation, and what to do")).WithExamples(
            "channels doctor",
            "channels doctor --suite /var/lib/channels/suite.json --json");
        command.SetAction(async (words, cancellation) =>
        {
            var findings = new List<Finding>();
            if (words.GetValue(connection.Server) is null) findings.AddRange(LocalFindings(terminal, connection.SuitePath(words)));
            await foreach (var finding in ServedAsync(terminal, connection, words, cancellation)) findings.Add(finding);
            if (connection.IsJson(words)) terminal.Json(findings);
            else Print(terminal, findings);
            return findings.TrueForAll(finding => finding.Well) ? ExitCodes.Done : ExitCodes.Failure;
        });
        return command;
    }

    private static IEnumerable<Finding> LocalFindings(Terminal terminal, string suite)
    {
        var data = Path.GetDirectoryName(suite)!;
        if (!File.Exists(suite))
        {
            yield return new Finding(terminal.Say("套件文件", "suite file"), false, suite, terminal.Say("此处没有运行过套件：./run", "no suite has run here: ./run"));
            yield break;
        }
        foreach (var secret in Directory.Exists(Path.Combine(data, "secrets")) ? Directory.GetFiles(Path.Combine(data, "secrets")).Append(suite) : [suite])
        {
            var open = (File.GetUnixFileMode(secret) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != UnixFileMode.None;
            if (open) yield return new Finding(terminal.Say("密钥文件权限", "permissions of a secret"), false, secret, $"chmod 600 {secret}");
        }
        var free = new DriveInfo(data).AvailableFreeSpace;
        yield return new Finding(
            terminal.Say("磁盘剩余", "free disk space"), free > LittleSpace, $"{free / (1 << 30)} GiB",
            free > LittleSpace ? null : terminal.Say("数据库写满后将拒绝写入：腾出空间", "the database refuses to write when it is full: make room"));
        yield return new Finding(
            terminal.Say("PostgreSQL 程序", "PostgreSQL's programs"), Directory.Exists("/usr/lib/postgresql"), "/usr/lib/postgresql",
            Directory.Exists("/usr/lib/postgresql") ? null : "apt-get install postgresql");
        yield return new Finding(
            terminal.Say("时区数据", "time zones"), TimeZoneInfo.TryFindSystemTimeZoneById("Asia/Shanghai", out _), "Asia/Shanghai",
            TimeZoneInfo.TryFindSystemTimeZoneById("Asia/Shanghai", out _) ? null : "apt-get install tzdata");
    }

    private static async IAsyncEnumerable<Finding> ServedAsync(
        Terminal terminal, Connection connection, ParseResult words, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        Finding down(string what, string found) => new(what, false, found, terminal.Say("./run 启动；日志在 DATA/logs", "./run starts it; its logs are in DATA/logs"));
        Api? api = null;
        Finding? fault = null;
        try
        {
            api = await connection.OpenAsync(words, cancellation);
        }
        catch (Exception missing) when (missing is FileNotFoundException or InvalidDataException)
        {
            fault = down(terminal.Say("连接", "connection"), missing.Message);
        }
        if (fault is not null) yield return fault;
        if (api is null) yield break;
        using (api)
        {
            var ready = await ReadyAsync(api, cancellation);
            yield return ready is { } answer
                ? new Finding(terminal.Say("就绪", "ready"), answer.Well, answer.Found, answer.Well ? null : terminal.Say("未就绪的部分见左；日志在 DATA/logs", "the parts that are not are named; their logs are in DATA/logs"))
                : down(terminal.Say("就绪", "ready"), terminal.Say($"{api.Http.BaseAddress} 没有响应", $"{api.Http.BaseAddress} does not answer"));
            if (ready is null) yield break;
            yield return await KeyAsync(terminal, api, cancellation);
            if (await CountingAsync(terminal, api, cancellation) is { } counting) yield return counting;
            if (await DeadLettersAsync(terminal, api, cancellation) is { } dead) yield return dead;
        }
    }

    private static async Task<(bool Well, string Found)?> ReadyAsync(Api api, CancellationToken cancellation)
    {
        try
        {
            using var response = await api.Http.GetAsync("/health/ready", cancellation);
            return (response.IsSuccessStatusCode, response.IsSuccessStatusCode ? api.Http.BaseAddress!.ToString() : await response.Content.ReadAsStringAsync(cancellation));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<Finding> KeyAsync(Terminal terminal, Api api, CancellationToken cancellation)
    {
        try
        {
            var indicators = await api.GetAsync("/api/v1/kpi/indicators", cancellation);
            var count = indicators.ValueKind == JsonValueKind.Array ? indicators.GetArrayLength() : indicators.EnumerateObject().First().Value.GetArrayLength();
            return new Finding(terminal.Say("密钥与指标", "key and indicators"), true, terminal.Say($"{count} 个指标", $"{count} indicators"), null);
        }
        catch (ApiException refused)
        {
            return new Finding(
                terminal.Say("密钥与指标", "key and indicators"), false, refused.Message,
                terminal.Say("密钥无效时重启套件会恢复 suite.json 中的密钥", "where the key is refused, a restart makes those of suite.json valid again"));
        }
    }

    private static async Task<Finding?> CountingAsync(Terminal terminal, Api api, CancellationToken cancellation)
    {
        if (await AskAsync(api, "/api/v1/kpi/rollups", cancellation) is not { } status) return null;
        var lag = status.GetProperty("lag");
        var fault = status.TryGetProperty("fault", out var said) && said.ValueKind == JsonValueKind.String ? said.GetString()
            : lag.ValueKind != JsonValueKind.Number ? terminal.Say("事件日志没有响应", "the event log does not answer")
            : null;
        return new Finding(
            terminal.Say("计数", "counting"), fault is null, fault ?? terminal.Say($"{lag.GetInt64():N0} 条待计", $"{lag.GetInt64():N0} records waiting"),
            fault is null ? null : "docs/runbooks/counting-stopped.md");
    }

    private static async Task<Finding?> DeadLettersAsync(Terminal terminal, Api api, CancellationToken cancellation)
    {
        if (await AskAsync(api, "/api/v1/kpi/dead-letters?state=open&limit=200", cancellation) is not { } page) return null;
        var open = page.GetProperty("items").GetArrayLength();
        return new Finding(
            terminal.Say("未处理的死信", "open dead letters"), open == 0, open < 200 ? $"{open}" : $"≥ {open}",
            open == 0 ? null : terminal.Say("channels dead list 列出；见 docs/runbooks/dead-letters.md", "channels dead list shows them; see docs/runbooks/dead-letters.md"));
    }

    /// <summary>Null where the role may not ask, or nothing answers: that is a finding of its own already.</summary>
    private static async Task<JsonElement?> AskAsync(Api api, string path, CancellationToken cancellation)
    {
        try
        {
            return await api.GetAsync(path, cancellation);
        }
        catch (ApiException)
        {
            return null;
        }
    }

    private static void Print(Terminal terminal, List<Finding> findings)
    {
        foreach (var finding in findings)
        {
            terminal.Out.WriteLine($"{(finding.Well ? "✓" : "✗")} {finding.What}: {finding.Found}");
            if (finding.Advice is { } advice) terminal.Out.WriteLine($"    {advice}");
        }
    }
}
