using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo.Serving;

/// <summary>What a conversation comes to.</summary>
internal enum ChatEnd
{
    Solved,
    Explained,

    /// <summary>It becomes a complaint.</summary>
    Ticket,

    Other,
}

/// <summary>How a conversation will go, from the seed and the task alone.</summary>
/// <param name="Exchanges">Answers that the customer is given.</param>
/// <param name="SaysMore">Says something again while waiting for the first answer.</param>
/// <param name="FallsSilent">Does not go on after the first answer.</param>
/// <param name="Patience">So long the customer waits for an answer.</param>
/// <param name="Rating">1 to 5; null where the customer does not say.</param>
internal sealed record ChatPlan(int Exchanges, bool SaysMore, bool FallsSilent, TimeSpan Patience, ChatEnd End, int? Rating)
{
    public const string AsTicket = "ticket";
    private const string NoReply = "no-reply";

    private const ulong Place = 0x91A2;
    private static readonly string[] Reasons = ["solved", "explained", AsTicket, "other"];

    /// <summary>Of who failed, and of who only asks: solved, explained, complaint, other.</summary>
    private static readonly double[] EndsOfFailed = [.60, .17, .18, .05];
    private static readonly double[] EndsOfOthers = [.64, .28, .06, .02];

    /// <summary>By end, how likely each of 1 to 5 is.</summary>
    private static readonly double[][] Ratings = [[.02, .03, .1, .35, .5], [.05, .1, .25, .4, .2], [.25, .25, .25, .2, .05], [.4, .3, .2, .1, 0]];

    public static ChatPlan Of(ulong seed, in DemoEvent cause)
    {
        var dice = Comer.DiceOf(seed, cause, Place);
        var end = (ChatEnd)dice.Pick(cause.Outcome == Outcome.Success ? EndsOfOthers : EndsOfFailed);
        return new ChatPlan(
            2 + dice.Below(3), dice.Happens(.2), dice.Happens(.06), TimeSpan.FromSeconds(150 + dice.Below(330)), end,
            dice.Happens(.55) ? 1 + dice.Pick(Ratings[(int)end]) : null);
    }

    /// <summary>Code of what it came to, after so many messages.</summary>
    public string ReasonAfter(long messages) => HasAll(messages) ? Reasons[(int)End] : NoReply;

    /// <summary>Whether the last answer was given.</summary>
    public bool HasAll(long messages) => messages >= 2 * Exchanges;

    /// <summary>Who was answered late thinks less of it.</summary>
    public int? RatingOf(Chat chat) => chat.FirstReplyAt is null || Rating is not { } rating ? null : Math.Max(1, chat.FirstReplyAt > chat.FirstReplyDue ? rating - 1 : rating);
}
