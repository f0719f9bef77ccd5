using System.Collections.Concurrent;

namespace ECommerce.Channels.Care.Tests.Storm;

/// <summary>An agent as a program: comes and goes, reads what is new, answers each word of a customer once.</summary>
internal sealed class StormAgent(Line line, string user, ConcurrentQueue<string> wrong)
{
    private readonly Random dice = new(user.GetHashCode(StringComparison.Ordinal));

    public async Task ServeAsync(CancellationToken cancellation)
    {
        try
        {
            for (var round = 0; ; round++)
            {
                // Now and then one goes for a while, and leaves what there is to others.
                var status = dice.Next(25) == 0 ? "off" : "available";
                await line.CallAsync(HttpMethod.Put, "/desk/duty", new { status }, cancellation);
                if (status == "off") await Task.Delay(dice.Next(500, 4_000), cancellation);
                else await AnswerAllAsync(cancellation);
                await Task.Delay(dice.Next(50, 250), cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The storm is over.
        }
    }

    private async Task AnswerAllAsync(CancellationToken cancellation)
    {
        var (_, list) = await line.CallAsync(HttpMethod.Get, $"/conversations?state=active&agent={user}", null, cancellation);
        foreach (var one in list.GetProperty("items").EnumerateArray()) await AnswerAsync(one.GetProperty("id").GetString()!, cancellation);
    }

    /// <summary>Answers the last word if it is a customer's. Its id says what the agent was shown, so that the rows can be judged.</summary>
    private async Task AnswerAsync(string id, CancellationToken cancellation)
    {
        var (status, thread) = await line.CallAsync(HttpMethod.Get, $"/conversations/{id}", null, cancellation);
        if (status != 200) return;
        var messages = thread.GetProperty("messages").EnumerateArray().ToList();
        if (messages.Count == 0 || messages[^1].GetProperty("side").GetString() != "customer") return;
        var seen = messages[^1].GetProperty("seq").GetInt64();
        var (sent, answer) = await line.CallAsync(HttpMethod.Post, $"/conversations/{id}/messages", new { clientId = $"{user}.{seen}", text = $"answer to {seen}", seen }, cancellation);
        // Stale: something was said meanwhile. Not mine, or over: it went to somebody else.
        if (sent is not (200 or 201 or 409)) wrong.Enqueue($"{user} answers {id}: {sent} {answer}");
    }
}
