using System.Globalization;
using System.Text;
using ECommerce.Channels.Care.Conversations;

namespace ECommerce.Channels.Care.Desk;

/// <summary>A conversation as a text that a person can keep, in its own language and the operator's time.</summary>
internal sealed class Transcripts(MessageStore messages, OperatorZone zone)
{
    private const int AtOnce = 500;

    /// <param name="notes">With what is for agents alone.</param>
    public async Task<string> WriteAsync(Conversation one, bool notes, CancellationToken cancellation)
    {
        var isChinese = one.Language == "zh-CN";
        var text = new StringBuilder();
        text.Append(isChinese ? "会话 " : "Conversation ").Append(one.Id).Append(" · ").Append(one.Channel).Append(" · ").Append(Time(one.OpenedAt)).Append(" (").Append(zone.Id).AppendLine(")");
        for (var after = 0L; ;)
        {
            var some = await messages.ReadAsync(one, after, notes, AtOnce, cancellation);
            foreach (var message in some) text.Append('[').Append(Time(message.At)).Append("] ").Append(Who(message, isChinese)).AppendLine().AppendLine(message.Text ?? "—");
            if (some.Count < AtOnce) break;
            after = some[^1].Seq;
        }
        if (one.Rating is { } rating) text.Append(isChinese ? "评分 " : "Rating ").Append(rating).AppendLine("/5");
        return text.ToString();
    }

    private string Time(DateTimeOffset at) => at.ToOffset(zone.OffsetAt(at.ToUnixTimeSeconds() / 60)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Who(Message message, bool isChinese) => (message.Side, message.Kind) switch
    {
        (_, Message.Note) => (isChinese ? "内部备注 " : "Note by ") + message.Author,
        (Message.Customer, _) => isChinese ? "客户" : "Customer",
        _ => (isChinese ? "客服 " : "Agent ") + message.Author,
    };
}
