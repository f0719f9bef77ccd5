using System.Text;
using ECommerce.Channels.Simulator.Demo;
using Xunit;

namespace ECommerce.Channels.Simulator.Tests.Demo;

public sealed class ChunkTests
{
    private static readonly DateTimeOffset From = Worlds.Demo.StartOf(new DateOnly(2026, 6, 1));

    /// <summary>Whatever was sent when it was killed: what follows is the rest, no more and no less.</summary>
    [Fact]
    public void Of_CutAnywhere_GoesOnWithTheRest()
    {
        var whole = Lines(From, From.AddDays(2));
        var random = new Random(5);
        for (var cut = 0; cut < 20; cut++)
        {
            var at = From.AddMilliseconds(random.NextInt64(2 * 86_400_000L));
            Assert.Equal(whole, [.. Lines(From, at), .. Lines(at, From.AddDays(2))]);
        }
    }

    [Fact]
    public void Of_ManyDays_EachPieceFitsARequestAndLeadsToTheNext()
    {
        var (from, events) = (From, 0);
        var days = new Days(Worlds.Demo);
        foreach (var chunk in Chunk.Of(days, From, From.AddDays(25), []))
        {
            using (chunk)
            {
                Assert.InRange(chunk.Events, 1, Chunk.MostLines);
                Assert.InRange(chunk.Lines.Length, 1, 16 << 20);
                Assert.Equal(Lines(from, chunk.Through).Count, chunk.Events);
                (from, events) = (chunk.Through, events + chunk.Events);
            }
        }
        Assert.Equal(From.AddDays(25), from);
        Assert.True(events > Chunk.MostLines);
    }

    [Fact]
    public void Of_ChangingSpeeds_GoesOnWithTheRestToo()
    {
        SpeedChange[] speeds = [new(From.AddHours(9), 5), new(From.AddHours(10), 40), new(From.AddHours(11), 1)];
        var whole = Lines(From, From.AddHours(12), speeds);
        var cut = From.AddHours(9.7);
        Assert.Equal(whole, [.. Lines(From, cut, speeds), .. Lines(cut, From.AddHours(12), speeds)]);
        Assert.Equal(whole.Count, whole.Distinct().Count());
        Assert.True(whole.Count > 20 * Lines(From, From.AddHours(9)).Count / 9);
    }

    [Theory]
    [InlineData(new int[0], "0-24x1")]
    [InlineData(new[] { 3, 5 }, "0-3x1 3-24x5")]
    [InlineData(new[] { -3, 5, 6, 1 }, "0-6x5 6-24x1")]
    [InlineData(new[] { 0, 2, 24, 9 }, "0-24x2")]
    public void Stretch_OfSpeeds_AreCutWhereTheyChange(int[] changes, string expected)
    {
        var speeds = changes.Chunk(2).Select(change => new SpeedChange(From.AddHours(change[0]), change[1])).ToList();
        var stretches = Stretch.Of(From, From.AddHours(24), speeds);
        Assert.Equal(expected, string.Join(' ', stretches.Select(one => $"{(one.From - From).TotalHours}-{(one.To - From).TotalHours}x{one.Speed}")));
    }

    private static List<string> Lines(DateTimeOffset from, DateTimeOffset to, IReadOnlyList<SpeedChange>? speeds = null)
    {
        var lines = new List<string>();
        foreach (var chunk in Chunk.Of(new Days(Worlds.Demo), from, to, speeds ?? []))
            using (chunk) lines.AddRange(Encoding.UTF8.GetString(chunk.Lines.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return lines;
    }
}
