using System.CommandLine;
using System.Text.Json;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary><c>channels topics apply</c>: makes the topics that are missing; never changes or deletes one.</summary>
internal static class TopicsCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var apply = new Command("apply", terminal.Say("创建缺少的主题；已有的只比较", "make the topics that are missing; those that are there are only compared"))
            .WithExamples("channels topics apply --as sre");
        apply.SetAction(async (words, cancellation) =>
        {
            using var api = await connection.OpenAsync(words, cancellation);
            var answer = await api.SendAsync(HttpMethod.Post, "/api/v1/kpi/topics/apply", new { }, cancellation);
            if (connection.IsJson(words)) terminal.Json(answer);
            else Print(terminal, answer);
            return ExitCodes.Done;
        });
        return new Command("topics", terminal.Say("事件日志的主题", "topics of the event log")) { apply };
    }

    private static void Print(Terminal terminal, JsonElement answer)
    {
        foreach (var topic in answer.GetProperty("topics").EnumerateArray()) terminal.Out.WriteLine(topic.GetString());
        foreach (var different in answer.GetProperty("different").EnumerateArray())
            terminal.Out.WriteLine(terminal.Say("不一致：", "differs: ") + different.GetString());
    }
}
