using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using ECommerce.Channels.Simulator.Load;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary><c>channels simulate</c>: the demo operator's stream, its removal, and the load generator.</summary>
internal static class SimulateCommand
{
    private const string Path = "/api/v1/simulator";
    private const int MostSpeed = 100;

    public static Command Create(Terminal terminal, Connection connection) =>
        new Command("simulate", terminal.Say("演示运营商与压力发生器", "the demo operator, and the load generator"))
        {
            Status(terminal, connection),
            Change(terminal, connection, "pause", terminal.Say("暂停实时业务流；其间的业务在恢复后补发", "hold the live stream; what happens meanwhile is sent when it goes on"), HttpMethod.Post),
            Change(terminal, connection, "resume", terminal.Say("恢复实时业务流", "let the live stream go on"), HttpMethod.Post),
            Hurry(terminal, connection),
            Remove(terminal, connection),
            Load(terminal, connection),
        }.WithExamples(
            "channels simulate status",
            "channels simulate pause",
            "channels simulate hurry 60",
            "channels simulate load --rate 5000 --for 60s --json",
            "channels simulate remove --yes");

    private static Command Status(Terminal terminal, Connection connection)
    {
        var command = new Command("status", terminal.Say("演示运营商的状态与情节", "what the demo operator does, and its stories")).WithExamples("channels simulate status --json");
        command.SetAction(async (words, cancellation) =>
        {
            using var api = await connection.OpenAsync(words, cancellation);
            await PrintAsync(terminal, connection, words, api, cancellation);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Change(Terminal terminal, Connection connection, string word, string description, HttpMethod method)
    {
        var command = new Command(word, description).WithExamples($"channels simulate {word}");
        command.SetAction((words, cancellation) => SendAsync(terminal, connection, words, method, $"{Path}/{word}", null, cancellation));
        return command;
    }

    private static Command Hurry(Terminal terminal, Connection connection)
    {
        var speed = new Argument<int>("X") { Description = terminal.Say("1 至 100 倍的客户", "1 to 100 times the customers") };
        speed.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var times) && times is < 1 or > MostSpeed) result.AddError($"X: 1 to {MostSpeed}");
        });
        var command = new Command("hurry", terminal.Say("从现在起多少倍的客户；时间本身不能加快", "so many times the customers from now on; time itself cannot be hurried")) { speed }
            .WithExamples("channels simulate hurry 60", "channels simulate hurry 1");
        command.SetAction((words, cancellation) =>
            SendAsync(terminal, connection, words, HttpMethod.Put, Path + "/speed", new { speed = words.GetValue(speed) }, cancellation));
        return command;
    }

    private static Command Remove(Terminal terminal, Connection connection)
    {
        var yes = new Option<bool>("--yes") { Description = terminal.Say("确认：不能撤销", "yes, it cannot be undone"), Required = true };
        var force = new Option<bool>("--force")
        {
            Description = terminal.Say("即使其他数据源的业务会丢失、须重新导入", "although events of other sources are lost and have to be imported again"),
        };
        var command = new Command("remove", terminal.Say("移除演示运营商的全部数据", "remove the demo operator and everything that it brought")) { yes, force }
            .WithExamples("channels simulate remove --yes");
        command.SetAction((words, cancellation) =>
            SendAsync(terminal, connection, words, HttpMethod.Delete, $"{Path}/demo?force={(words.GetValue(force) ? "true" : "false")}", null, cancellation));
        return command;
    }

    private static Command Load(Terminal terminal, Connection connection)
    {
        var rate = new Option<int>("--rate") { Description = terminal.Say("每秒业务数", "transactions a second"), HelpName = "N", Required = true };
        rate.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && number is < 1 or > 1_000_000) result.AddError("--rate: 1 to 1000000");
        });
        var duration = new Option<string>("--for") { Description = terminal.Say("时长，如 60s、5m、1h", "how long, as 60s, 5m, 1h"), HelpName = "TIME", DefaultValueFactory = _ => "60s" };
        duration.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && ReadTime(token.Value) is null) result.AddError("--for: a time like 60s, 5m or 1h, up to a day");
        });
        var provinces = new Option<bool>("--provinces") { Description = terminal.Say("来自31个省，而非目录中的城市", "from 31 provinces instead of the catalogue's cities") };
        var command = new Command("load", terminal.Say(
            "以固定速率发送业务（数据源 load，计入指标；之后可用 API 遗忘该数据源）",
            "send transactions at a steady rate (source load; they count, until the source is forgotten)")) { rate, duration, provinces }
            .WithExamples("channels simulate load --rate 2000 --for 60s", "channels simulate load --rate 20000 --for 5m --provinces --json");
        command.SetAction(async (words, cancellation) =>
        {
            var plan = new LoadPlan(words.GetValue(rate), ReadTime(words.GetValue(duration)!)!.Value, words.GetValue(provinces));
            using var api = await connection.OpenAsync(words, cancellation);
            var result = await LoadAsync(terminal, api, plan, cancellation);
            if (connection.IsJson(words)) terminal.Json(result);
            else
                terminal.Table(
                    [new(terminal.Say("项", "figure")), new(terminal.Say("值", "value"), Number: true)],
                    [
                        ["transactions", result.Sent.ToString("N0", CultureInfo.InvariantCulture)], ["seconds", result.Seconds.ToString(CultureInfo.InvariantCulture)],
                        ["per second", result.PerSecond.ToString("N0", CultureInfo.InvariantCulture)], ["requests", result.Requests.ToString("N0", CultureInfo.InvariantCulture)],
                        ["429 and 503", result.Refusals.ToString("N0", CultureInfo.InvariantCulture)], ["p50 ms", result.P50Ms.ToString(CultureInfo.InvariantCulture)],
                        ["p99 ms", result.P99Ms.ToString(CultureInfo.InvariantCulture)],
                    ]);
            return ExitCodes.Done;
        });
        return command;
    }

    private static readonly string[] LoadRoles = ["portal"];

    /// <summary>With a key of its own, so that neither source nor limits of another key are used up; it ends with the run.</summary>
    private static async Task<LoadResult> LoadAsync(Terminal terminal, Api api, LoadPlan plan, CancellationToken cancellation)
    {
        var made = await api.SendAsync(HttpMethod.Post, "/api/v1/access/keys", new
        {
            name = "load",
            roles = LoadRoles,
            source = "load",
            requestsPerMinute = 10_000_000,
            ingestBytesPerSecond = 10L << 30,
            expiresAt = TimeProvider.System.GetUtcNow() + plan.For + TimeSpan.FromHours(1),
        }, cancellation);
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = api.Http.BaseAddress };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.GetProperty("key").GetString());
            return await new LoadGenerator(http, TimeProvider.System).RunAsync(
                plan, sent => terminal.Error.WriteLine(terminal.Say($"已发送 {sent:N0}", $"sent {sent:N0}")), cancellation);
        }
        finally
        {
            await api.SendAsync(HttpMethod.Delete, "/api/v1/access/keys/" + made.GetProperty("id").GetString(), null, CancellationToken.None);
        }
    }

    private static async Task<int> SendAsync(
        Terminal terminal, Connection connection, ParseResult words, HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        using var api = await connection.OpenAsync(words, cancellation);
        await api.SendAsync(method, path, body, cancellation);
        await PrintAsync(terminal, connection, words, api, cancellation);
        return ExitCodes.Done;
    }

    private static async Task PrintAsync(Terminal terminal, Connection connection, ParseResult words, Api api, CancellationToken cancellation)
    {
        var state = await api.GetAsync(Path, cancellation);
        if (connection.IsJson(words))
        {
            terminal.Json(state);
            return;
        }
        terminal.Table(
            [new(terminal.Say("项", "what")), new(terminal.Say("值", "value"))],
            [
                [terminal.Say("状态", "state"), state.GetProperty("state").GetString()!],
                [terminal.Say("历史已加载", "history loaded"), state.GetProperty("progress").GetDouble().ToString("P0", CultureInfo.InvariantCulture)],
                [terminal.Say("起", "from"), state.GetProperty("from").ToString()],
                [terminal.Say("止", "to"), state.GetProperty("to").ToString()],
                [terminal.Say("业务数", "transactions"), state.GetProperty("events").GetInt64().ToString("N0", CultureInfo.InvariantCulture)],
                [terminal.Say("倍速", "speed"), "×" + state.GetProperty("speed")],
                [terminal.Say("每秒业务数", "transactions a second"), state.GetProperty("rate").ToString()],
            ]);
        if (state.GetProperty("fault").GetString() is { } fault) terminal.Error.WriteLine(fault);
        var language = terminal.Language;
        terminal.Table(
            [new(terminal.Say("情节", "story")), new(terminal.Say("起", "from")), new(terminal.Say("止", "to")), new("")],
            [.. state.GetProperty("stories").EnumerateArray().Select(story => (IReadOnlyList<string>)
            [
                story.GetProperty("id").GetString()!, story.GetProperty("from").GetString()!, story.GetProperty("to").GetString()!,
                story.GetProperty("names").GetProperty(language).GetString()!,
            ])]);
    }

    private static TimeSpan? ReadTime(string text)
    {
        var unit = text.Length == 0 ? ' ' : text[^1];
        var digits = char.IsAsciiDigit(unit) ? text : text[..^1];
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0) return null;
        TimeSpan? time = unit switch
        {
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            's' or (>= '0' and <= '9') => TimeSpan.FromSeconds(number),
            _ => null,
        };
        return time <= TimeSpan.FromDays(1) ? time : null;
    }
}
