using System.CommandLine;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary><c>channels topics apply</c>: makes the topics that are missing; never changes or deletes one.</summary>
internal static class TopicsCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var apply = new Command("apply", terminal.Say("创建缺少的主题", "make the topics that are missing"));
        return new Command("topics", terminal.Say("事件日志的主题", "topics of the event log")) { apply };
    }
}
