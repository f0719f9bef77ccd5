using System.CommandLine;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary><c>channels dead</c>: records that could not be counted, and a second try for them when their cause is gone.</summary>
internal static class DeadCommand
{
    private static readonly string[] Members = ["id", "topic", "partition", "offset", "reason", "at", "state", "settledBy"];

    public static Command Create(Terminal terminal, Connection connection)
    {
        var service = new Option<string>("--service")
        {
            Description = terminal.Say("服务（默认 kpi）", "whose (default kpi)"),
            HelpName = "NAME",
            DefaultValueFactory = _ => "kpi",
        };
        var id = new Argument<string>("ID");
        var list = new Command("list", terminal.Say("列出死信", "all dead letters")) { service };
        list.SetAction(async (words, cancellation) =>
        {
            using var api = await connection.OpenAsync(words, cancellation);
            var items = await Pages.AllAsync(api, Path(words, service), cancellation);
            if (connection.IsJson(words)) terminal.Json(items);
            else terminal.Table([.. Members.Select(member => new Column(member))], items.ConvertAll(item => (IReadOnlyList<string>)[.. Members.Select(member => Pages.Cell(item, member))]));
            return ExitCodes.Done;
        });
        var show = new Command("show", terminal.Say("显示一条死信", "one dead letter")) { id, service };
        show.SetAction(async (words, cancellation) =>
        {
            using var api = await connection.OpenAsync(words, cancellation);
            terminal.Json(await api.GetAsync($"{Path(words, service)}/{Uri.EscapeDataString(words.GetValue(id)!)}", cancellation));
            return ExitCodes.Done;
        });
        var replay = new Command("replay", terminal.Say("重新处理一条死信", "try a dead letter again")) { id, service };
        replay.SetAction(async (words, cancellation) =>
        {
            using var api = await connection.OpenAsync(words, cancellation);
            await api.SendAsync(HttpMethod.Post, $"{Path(words, service)}/{Uri.EscapeDataString(words.GetValue(id)!)}/replay", new { }, cancellation);
            if (connection.IsJson(words)) terminal.Json(new { id = words.GetValue(id), replayed = true });
            else terminal.Out.WriteLine(terminal.Say("已重新投递", "sent again"));
            return ExitCodes.Done;
        });
        var resolve = new Command("resolve", terminal.Say("了结一条死信，不再处理", "settle a dead letter without trying it again")) { id, service };
        resolve.SetAction(async (words, cancellation) =>
        {
            using var api = await connection.OpenAsync(words, cancellation);
            await api.SendAsync(HttpMethod.Post, $"{Path(words, service)}/{Uri.EscapeDataString(words.GetValue(id)!)}/resolve", new { }, cancellation);
            if (connection.IsJson(words)) terminal.Json(new { id = words.GetValue(id), resolved = true });
            else terminal.Out.WriteLine(terminal.Say("已了结", "settled"));
            return ExitCodes.Done;
        });
        return new Command("dead", terminal.Say("死信", "dead letters")) { list, show, replay, resolve }.WithExamples(
            "channels dead list --as sre",
            "channels dead show 42",
            "channels dead replay 42",
            "channels dead resolve 42");
    }

    private static string Path(ParseResult words, Option<string> service) => $"/api/v1/{Uri.EscapeDataString(words.GetValue(service)!)}/dead-letters";
}
