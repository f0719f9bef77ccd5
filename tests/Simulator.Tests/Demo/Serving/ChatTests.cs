using ECommerce.Channels.Simulator.Demo;
using ECommerce.Channels.Simulator.Demo.Serving;
using Xunit;

namespace ECommerce.Channels.Simulator.Tests.Demo.Serving;

/// <summary>Conversations and complaints of the demo, played by both sides in steps of two seconds.</summary>
public sealed class ChatTests
{
    private static readonly DateTimeOffset Start = Worlds.Demo.StartOf(new DateOnly(2026, 6, 3)).AddHours(12);
    private static readonly List<Comer> Comers = [.. Comer.Between(Start, Start.AddHours(3), [], new Days(Worlds.Demo), Worlds.Demo.Seed)];

    [Fact]
    public void Chat_TakenByAnAgent_ComesToItsEndTurnByTurn()
    {
        var ends = Comers.Select(comer => Play(comer, TimeSpan.FromSeconds(20))).ToList();
        Assert.All(ends, end => Assert.InRange(end.Took, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(12)));
        Assert.All(ends, end => Assert.DoesNotContain("aa", end.Turns));
        var reasons = ends.CountBy(end => end.Reason).ToDictionary(StringComparer.Ordinal);
        Assert.All((string[])["solved", "explained", "ticket", "other", "no-reply"], reason => Assert.Contains(reason, reasons.Keys));
        Assert.True(reasons["solved"] > ends.Count / 2);
        Assert.DoesNotContain("left", reasons.Keys);
    }

    [Fact]
    public void Chat_ThatNobodyTakes_IsGivenUpWhenPatienceEnds()
    {
        var ends = Comers.Take(200).Select(comer => Play(comer, TimeSpan.FromHours(1))).ToList();
        Assert.All(ends, end => Assert.Equal("left", end.Reason));
        Assert.All(ends, end => Assert.InRange(end.Took, TimeSpan.FromSeconds(150), TimeSpan.FromSeconds(490)));
        Assert.Contains(ends, end => end.Turns == "cc");
        Assert.Contains(ends, end => end.Turns == "c");
    }

    [Fact]
    public void Rating_OfALateFirstReply_IsOneLower()
    {
        var plan = new ChatPlan(2, false, false, TimeSpan.FromMinutes(4), ChatEnd.Solved, 5);
        var chat = Opened(Comers[0]) with { FirstReplyAt = Start.AddSeconds(50) };
        Assert.Equal(5, plan.RatingOf(chat));
        Assert.Equal(4, plan.RatingOf(chat with { FirstReplyAt = Start.AddSeconds(70) }));
        Assert.Null(plan.RatingOf(chat with { FirstReplyAt = null }));
        Assert.Null((plan with { Rating = null }).RatingOf(chat));
    }

    [Fact]
    public void Complaint_WorkedOn_IsAnsweredResolvedAndClosed()
    {
        var plans = Comers.Select(comer => ComplaintPlan.Of(Worlds.Demo.Seed, comer.Cause)).ToList();
        var steps = plans.Select(Work).ToList();
        Assert.All(steps, one => Assert.True(
            one is [TicketStep.Comment, TicketStep.Resolve, TicketStep.Close] or [TicketStep.Comment, TicketStep.Pend, TicketStep.Resume, TicketStep.Resolve, TicketStep.Close],
            string.Join(' ', one)));
        Assert.InRange(steps.Count(one => one.Length == 5), steps.Count / 5, steps.Count / 2);
        Assert.Contains(plans, plan => plan.Comments > TimeSpan.FromHours(2));
    }

    [Fact]
    public void Words_OfBothSides_AreInTheCustomersLanguageAndHoldNoNumberOfAnybody()
    {
        foreach (var comer in Comers)
            foreach (var language in (string[])["zh-CN", "en"])
            {
                var dice = Comer.DiceOf(Worlds.Demo.Seed, comer.Cause, 1);
                var text = CustomerWords.Opening(comer.Cause, language, ref dice);
                Assert.Equal(language == "en", text.All(char.IsAscii));
                Assert.DoesNotMatch("[0-9]{7,}", text);
            }
    }

    /// <summary>Both sides until it ends.</summary>
    private static (string Reason, string Turns, TimeSpan Took) Play(Comer comer, TimeSpan taken)
    {
        var (plan, seed, chat, turns) = (ChatPlan.Of(Worlds.Demo.Seed, comer.Cause), Worlds.Demo.Seed, Opened(comer), "c");
        for (var now = Start; now < Start.AddHours(2); now += TimeSpan.FromSeconds(2))
        {
            if (chat.Agent is null && now - Start >= taken) chat = chat with { State = Chat.Active, Agent = "key:li.na", AssignedAt = now };
            var customer = chat.OfCustomer(plan, comer.Cause, seed, now);
            if (customer == ChatStep.Leave) return ("left", turns, now - Start);
            if (customer == ChatStep.Say) (chat, turns) = (chat with { LastSeq = chat.LastSeq + 1, LastSide = "customer", LastAt = now }, turns + "c");
            if (chat.Agent is null) continue;
            var agent = chat.OfAgent(plan, comer.Cause, seed, now);
            if (agent == ChatStep.Close) return (plan.ReasonAfter(chat.LastSeq), turns, now - Start);
            if (agent != ChatStep.Say) continue;
            chat = chat with { LastSeq = chat.LastSeq + 1, LastSide = "agent", LastAt = now, FirstReplyAt = chat.FirstReplyAt ?? now };
            turns += "a";
        }
        return ("never", turns, TimeSpan.FromHours(2));
    }

    private static Chat Opened(Comer comer) => new(
        "v_1", comer.Cause.Pseudonym, comer.Channel, null, comer.Cause.TaskId, "zh-CN", Chat.Waiting, null, 1, Start, null, Start.AddSeconds(60), null, "customer", Start, null);

    private static TicketStep[] Work(ComplaintPlan plan)
    {
        var ticket = new Ticket("t_1", "c_demo-00001", null, "open", Start, null, 1);
        var steps = new List<TicketStep>();
        for (var now = Start; now < Start.AddDays(5) && ticket.Status != "closed"; now += TimeSpan.FromMinutes(1))
        {
            var step = plan.Next(ticket, now);
            if (step == TicketStep.None) continue;
            steps.Add(step);
            ticket = step switch
            {
                TicketStep.Comment => ticket with { FirstResponseAt = now },
                TicketStep.Pend => ticket with { Status = "pending" },
                TicketStep.Resume => ticket with { Status = "open" },
                TicketStep.Resolve => ticket with { Status = "resolved" },
                _ => ticket with { Status = "closed" },
            };
        }
        return [.. steps];
    }
}
