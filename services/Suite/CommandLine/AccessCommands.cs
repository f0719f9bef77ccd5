using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary><c>channels users</c> and <c>channels keys</c>: who may come in. Secrets are shown once, when they are made.</summary>
internal static class AccessCommands
{
    private const string UserPath = "/api/v1/access/users";
    private const string KeyPath = "/api/v1/access/keys";

    public static Command Users(Terminal terminal, Connection connection)
    {
        var name = new Argument<string>("NAME");
        var roles = List("--role", "ROLES", terminal.Say("角色，逗号分隔", "roles, separated by commas"));
        var regions = List("--region", "REGIONS", terminal.Say("地区（默认全部）", "regions granted (default all)"));
        var shown = new Option<string?>("--display-name") { HelpName = "TEXT" };

        var list = Run("list", terminal.Say("列出账号", "all accounts"), [], async (words, cancellation) =>
            await ListAsync(terminal, connection, words, UserPath, ["name", "displayName", "roles", "regions", "disabled"], cancellation));
        var create = Run("create", terminal.Say("新建账号，密码只显示一次", "a new account; its password is shown once"), [name, Required(roles), regions, shown], async (words, cancellation) =>
        {
            var password = NewPassword();
            await SendAsync(connection, words, HttpMethod.Post, UserPath, Body(
                ("name", words.GetValue(name)), ("displayName", words.GetValue(shown)), ("password", password), ("roles", Split(words.GetValue(roles))), ("regions", Split(words.GetValue(regions)))), cancellation);
            Tell(terminal, connection, words, new { user = words.GetValue(name), password }, $"{words.GetValue(name)} {password}");
        });
        var password = Run("password", terminal.Say("重设密码，结束其会话", "a new password; ends the person's sessions"), [name], async (words, cancellation) =>
        {
            var fresh = NewPassword();
            await SendAsync(connection, words, HttpMethod.Post, $"{UserPath}/{Uri.EscapeDataString(words.GetValue(name)!)}/password", new { password = fresh }, cancellation);
            Tell(terminal, connection, words, new { user = words.GetValue(name), password = fresh }, $"{words.GetValue(name)} {fresh}");
        });
        var grant = List("--role", "ROLES", terminal.Say("角色，逗号分隔", "roles, separated by commas"));
        var change = Run("change", terminal.Say("修改角色、地区或显示名", "change roles, regions or the shown name"), [name, grant, regions, shown], async (words, cancellation) =>
        {
            var edit = Body(("roles", Split(words.GetValue(grant))), ("regions", Split(words.GetValue(regions))), ("displayName", words.GetValue(shown)));
            if (edit.Count == 0) throw new UsageException(terminal.Say("须给出 --role、--region 或 --display-name", "give --role, --region or --display-name"));
            await EditAsync(terminal, connection, words, words.GetValue(name)!, edit, cancellation);
        });
        var disable = Run("disable", terminal.Say("停用", "may no longer sign in"), [name], (words, cancellation) =>
            EditAsync(terminal, connection, words, words.GetValue(name)!, new { disabled = true }, cancellation));
        var enable = Run("enable", terminal.Say("启用", "may sign in again"), [name], (words, cancellation) =>
            EditAsync(terminal, connection, words, words.GetValue(name)!, new { disabled = false }, cancellation));
        return new Command("users", terminal.Say("账号", "accounts of people")) { list, create, password, change, disable, enable }.WithExamples(
            "channels users list",
            "channels users create wang --role manager --region 4401,4403",
            "channels users disable wang");
    }

    public static Command Keys(Terminal terminal, Connection connection)
    {
        var id = new Argument<string>("ID");
        var name = new Argument<string>("NAME");
        var roles = List("--role", "ROLES", terminal.Say("角色，逗号分隔", "roles, separated by commas"));
        var regions = List("--region", "REGIONS", terminal.Say("地区（默认全部）", "regions granted (default all)"));
        var source = new Option<string?>("--source") { HelpName = "CODE", Description = terminal.Say("所属数据源", "the feed that events sent with it belong to") };
        var expires = new Option<string?>("--expires") { HelpName = "INSTANT", Description = terminal.Say("失效时间（RFC 3339）", "when it ends (RFC 3339)") };
        var grace = new Option<int?>("--grace") { HelpName = "SECONDS", Description = terminal.Say("旧密钥继续有效的秒数（默认一天）", "how long the old secret goes on working (default a day)") };

        var list = Run("list", terminal.Say("列出密钥", "all keys, without their secrets"), [], async (words, cancellation) =>
            await ListAsync(terminal, connection, words, KeyPath, ["id", "name", "roles", "regions", "source", "expiresAt", "revokedAt"], cancellation));
        var create = Run("create", terminal.Say("新建密钥，只显示一次", "a new key; it is shown once"), [name, Required(roles), regions, source, expires], async (words, cancellation) =>
        {
            var body = Body(
                ("name", words.GetValue(name)), ("roles", Split(words.GetValue(roles))), ("regions", Split(words.GetValue(regions))), ("source", words.GetValue(source)), ("expiresAt", words.GetValue(expires)));
            var made = await SendAsync(connection, words, HttpMethod.Post, KeyPath, body, cancellation);
            Tell(terminal, connection, words, made, $"{made.GetProperty("id")} {made.GetProperty("key")}");
        });
        var rotate = Run("rotate", terminal.Say("更换密钥", "a new secret for a key"), [id, grace], async (words, cancellation) =>
        {
            var made = await SendAsync(connection, words, HttpMethod.Post, $"{KeyPath}/{Uri.EscapeDataString(words.GetValue(id)!)}/rotate", Body(("graceSeconds", words.GetValue(grace))), cancellation);
            Tell(terminal, connection, words, made, $"{made.GetProperty("id")} {made.GetProperty("key")}");
        });
        var revoke = Run("revoke", terminal.Say("立即作废", "end a key at once"), [id], async (words, cancellation) =>
        {
            await SendAsync(connection, words, HttpMethod.Delete, $"{KeyPath}/{Uri.EscapeDataString(words.GetValue(id)!)}", null, cancellation);
            Tell(terminal, connection, words, new { id = words.GetValue(id), revoked = true }, terminal.Say($"{words.GetValue(id)} 已作废", $"{words.GetValue(id)} is revoked"));
        });
        return new Command("keys", terminal.Say("程序的密钥", "keys of programs")) { list, create, rotate, revoke }.WithExamples(
            "channels keys create web-hall --role portal --source web-hall",
            "channels keys rotate 8k2m4x --grace 3600",
            "channels keys revoke 8k2m4x");
    }

    private static Command Run(string word, string description, Symbol[] symbols, Func<ParseResult, CancellationToken, Task> act)
    {
        var command = new Command(word, description);
        foreach (var argument in symbols.OfType<Argument>()) command.Arguments.Add(argument);
        foreach (var option in symbols.OfType<Option>()) command.Options.Add(option);
        command.SetAction(async (words, cancellation) =>
        {
            await act(words, cancellation);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Option<string?> List(string name, string help, string description) => new(name) { HelpName = help, Description = description };

    private static Option<string?> Required(Option<string?> option)
    {
        option.Required = true;
        return option;
    }

    private static string[]? Split(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Dictionary<string, object> Body(params (string Name, object? Value)[] members) =>
        members.Where(member => member.Value is not null).ToDictionary(member => member.Name, member => member.Value!);

    private static string NewPassword() => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 20);

    private static async Task<JsonElement> SendAsync(
        Connection connection, ParseResult words, HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        using var api = await connection.OpenAsync(words, cancellation);
        return await api.SendAsync(method, path, body, cancellation);
    }

    private static async Task EditAsync(Terminal terminal, Connection connection, ParseResult words, string name, object edit, CancellationToken cancellation)
    {
        await SendAsync(connection, words, HttpMethod.Patch, $"{UserPath}/{Uri.EscapeDataString(name)}", edit, cancellation);
        Tell(terminal, connection, words, new { user = name, changed = true }, terminal.Say($"{name} 已修改", $"{name} is changed"));
    }

    private static void Tell<T>(Terminal terminal, Connection connection, ParseResult words, T json, string text)
    {
        if (connection.IsJson(words)) terminal.Json(json);
        else terminal.Out.WriteLine(text);
    }

    private static async Task ListAsync(
        Terminal terminal, Connection connection, ParseResult words, string path, string[] members, CancellationToken cancellation)
    {
        using var api = await connection.OpenAsync(words, cancellation);
        var items = await Pages.AllAsync(api, path, cancellation);
        if (connection.IsJson(words)) terminal.Json(items);
        else terminal.Table([.. members.Select(member => new Column(member))], items.ConvertAll(item => (IReadOnlyList<string>)[.. members.Select(member => Pages.Cell(item, member))]));
    }
}

/// <summary>Lists that come in pages.</summary>
internal static class Pages
{
    public static async Task<List<JsonElement>> AllAsync(Api api, string path, CancellationToken cancellation)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await api.GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=200{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}", cancellation);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.String ? next.GetString() : null;
        }
        while (cursor is not null);
        return items;
    }

    public static string Cell(JsonElement item, string member)
    {
        if (!item.TryGetProperty(member, out var value)) return "";
        return value.ValueKind switch
        {
            JsonValueKind.Array => string.Join(",", value.EnumerateArray().Select(part => part.ToString())),
            JsonValueKind.Null => "",
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            _ => value.ToString(),
        };
    }
}
