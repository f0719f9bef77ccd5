using System.Text;
using ECommerce.Channels.Contracts.Transactions;
using ECommerce.Channels.Simulator.Operator;
using Xunit;
using Outcome = ECommerce.Channels.Simulator.Operator.Outcome;

namespace ECommerce.Channels.Simulator.Tests.Operator;

public sealed class DemoEventTests
{
    /// <summary>Every field as the contract has it, and nothing that it does not know.</summary>
    [Fact]
    public void Write_EveryEventOfADay_IsReadBackAsWhatItIs()
    {
        var line = new byte[DemoEvent.LongestLine];
        foreach (var one in Worlds.Demo.EventsOf(new DateOnly(2026, 11, 10)))
        {
            var text = Encoding.UTF8.GetString(line, 0, one.Write(line));
            Assert.EndsWith("}\n", text, StringComparison.Ordinal);
            var read = TransactionRecorded.Read(Encoding.UTF8.GetBytes(text.TrimEnd().Insert(1, "\"source\":\"demo\",")));
            Assert.Equal((one.Id, one.At, one.Pseudonym, one.TaskId), (read.Id, read.At.ToUnixTimeMilliseconds(), read.Customer, read.Task));
            Assert.Equal((Codes.Channels[(int)one.Channel], Codes.Services[(int)one.Service]), (read.Channel, read.Service));
            Assert.Equal((Codes.Regions[one.Region], Codes.Brands[one.Brand]), (read.Region, read.Brand));
            Assert.Equal((one.Outcome.ToString(), one.DurationMs, one.Assisted), (read.Outcome.ToString(), read.DurationMs, read.Assisted));
            Assert.Equal((one.Reason == Reason.None ? null : Codes.Reasons[(int)one.Reason], (long)one.Amount), (read.Reason, read.Amount ?? 0));
        }
    }

    [Fact]
    public void Write_TheLongestEvent_FitsTheLine()
    {
        var longest = new DemoEvent(
            long.MaxValue / 1_000_000, int.MaxValue, int.MaxValue, 255, 255, Channel.MiniProgram, Service.PasswordChange, 0, 2, Outcome.Abandoned,
            Reason.InsufficientBalance, int.MaxValue, int.MaxValue, true);
        Assert.True(longest.Write(new byte[DemoEvent.LongestLine]) < DemoEvent.LongestLine);
    }
}
