using CsCheck;
using ECommerce.Channels.Kpi.Rollups;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Rollups;

public sealed class BlockTests
{
    private static readonly Gen<(long Bucket, ulong Key, int Outcome, int Code, long Amount)> Events =
        Gen.Select(Gen.Long[29_800_000, 29_800_300], Gen.ULong[0, 0x0003_0005_0007_0003], Gen.Int[0, 2], Gen.Int[0, 1362], Gen.Long[0, 1_000_000_000_000]);

    [Fact]
    public void Segment_WrittenAndRead_HoldsTheSameSums() => Events.Array[0, 200].Sample(events =>
    {
        var table = Fill(events);
        var again = new CellTable();
        StoredSegment.AddTo(again, Segment.Write(table, Segment.Sort(table)), ulong.MaxValue, bucket => bucket);
        Assert.Equal(Text(table), Text(again));
    });

    [Fact]
    public void Segment_MergedInAnyOrder_IsTheSame() => Gen.Select(Events.Array[0, 60], Events.Array[0, 60], Events.Array[0, 60]).Sample((a, b, c) =>
    {
        var left = Merge(Merge(Stored(a), Stored(b)), Stored(c));
        var right = Merge(Stored(b), Merge(Stored(c), Stored(a)));
        Assert.Equal(left.Cells, right.Cells);
        Assert.Equal(left.Reasons, right.Reasons);
        Assert.Equal(left.Durations, right.Durations);
        Assert.Equal(left.Cells, Stored([.. a, .. b, .. c]).Cells);
    });

    [Fact]
    public void CustomerDay_AddedInAnyOrder_HoldsEachTripleOnceWithItsBestOutcome() =>
        Gen.Select(Gen.UInt[0, 300], Gen.Int[1, 4], Gen.Int[1, 3], Gen.Bool).Array[0, 400].Sample(seen =>
        {
            var day = new CustomerDay(new DateOnly(2026, 9, 28));
            foreach (var (customer, channel, region, success) in seen) day.Add(CustomerDay.Pack(customer, channel, region, success));
            var expected = seen.GroupBy(entry => (entry.Item1, entry.Item2, entry.Item3))
                .Select(group => CustomerDay.Pack(group.Key.Item1, group.Key.Item2, group.Key.Item3, group.Any(entry => entry.Item4))).Order().ToArray();
            Assert.Equal(expected, day.Sorted());
            var loaded = new CustomerDay(new DateOnly(2026, 9, 28));
            loaded.Load(day.TakeBlock(), new Slice(1, 0));
            Assert.Equal(expected, loaded.Sorted());
        });

    [Fact]
    public void SeenHour_StoredAndLoaded_KnowsRepeatsAndConflicts() => Gen.Select(Gen.ULong, Gen.UInt[0, 3]).Array[0, 500].Sample(events =>
    {
        var hour = new SeenHour(0);
        var first = new Dictionary<ulong, uint>();
        foreach (var (identity, content) in events)
        {
            var expected = first.TryAdd(identity == 0 ? 1 : identity, content) ? Seen.First : first[identity == 0 ? 1 : identity] == content ? Seen.Repeat : Seen.Conflict;
            Assert.Equal(expected, hour.Add(identity, content));
        }
        var loaded = new SeenHour(0);
        loaded.Load(hour.TakeBlock());
        Assert.Equal(first.Count, loaded.Count);
        foreach (var (identity, content) in first) Assert.Equal(Seen.Repeat, loaded.Add(identity, content));
        Assert.False(loaded.HasNew);
    });

    [Fact]
    public void CustomerNumbers_StoredInBlocksAndLoaded_GivesTheSameNumbers()
    {
        var slice = new Slice(16, 3);
        var numbers = new CustomerNumbers();
        var blocks = new List<byte[]>();
        var given = new Dictionary<ulong, uint>();
        var random = new Random(7);
        for (var i = 0; i < 5_000; i++)
        {
            var hash = (ulong)random.NextInt64();
            given[hash] = numbers.Number(3 + (16 * (int)(hash % 16)), hash);
            if (i % 700 == 0 && numbers.TakeBlock() is { } block) blocks.Add(block);
        }
        if (numbers.TakeBlock() is { } last) blocks.Add(last);
        Assert.Equal(given.Count, given.Values.Distinct().Count());
        // Twice as many partitions later: each half finds its own customers under the same numbers.
        foreach (var half in new[] { new Slice(32, 3), new Slice(32, 19) })
        {
            var loaded = new CustomerNumbers();
            foreach (var block in blocks) loaded.Load(block, half);
            var mine = given.Where(pair => half.Holds((int)(pair.Value >> 24))).ToList();
            Assert.Equal(mine.Count, loaded.Count);
            foreach (var (hash, number) in mine) Assert.Equal(number, loaded.Number((int)(number >> 24), hash));
        }
    }

    [Fact]
    public void Slice_Meets_ExactlyWhenAShardIsInBoth() => Gen.Select(Gen.Int[0, 8], Gen.Int[0, 255], Gen.Int[0, 8], Gen.Int[0, 255]).Sample((a, ra, b, rb) =>
    {
        var (left, right) = (new Slice(1 << a, ra % (1 << a)), new Slice(1 << b, rb % (1 << b)));
        Assert.Equal(Enumerable.Range(0, 256).Any(shard => left.Holds(shard) && right.Holds(shard)), left.Meets(right));
    });

    [Fact]
    public void ImportRows_SentAgain_AreKnown()
    {
        var rows = new ImportRows();
        Assert.True(rows.Add(1));
        Assert.True(rows.Add(100_000));
        Assert.False(rows.Add(1));
        var loaded = new ImportRows();
        loaded.Load(rows.TakeBlock());
        Assert.False(loaded.Add(100_000));
        Assert.True(loaded.Add(2));
    }

    private static CellTable Fill(IEnumerable<(long Bucket, ulong Key, int Outcome, int Code, long Amount)> events)
    {
        var table = new CellTable();
        foreach (var (bucket, key, outcome, code, amount) in events)
        {
            ref var cell = ref table.Cell(bucket, key);
            if (outcome == 0)
            {
                cell.Sum.Successes++;
                cell.Sum.Amount += amount;
                table.AddDuration(ref cell, code, 1);
            }
            else if (outcome == 1)
            {
                cell.Sum.Failures++;
                table.AddReason(ref cell, (ushort)(code + 1), 1);
            }
            else
            {
                cell.Sum.Abandoned++;
            }
        }
        return table;
    }

    private static Segment Stored((long, ulong, int, int, long)[] events)
    {
        var table = Fill(events);
        return Segment.Write(table, Segment.Sort(table));
    }

    private static Segment Merge(Segment left, Segment right)
    {
        var table = new CellTable();
        StoredSegment.AddTo(table, left, ulong.MaxValue, bucket => bucket);
        StoredSegment.AddTo(table, right, ulong.MaxValue, bucket => bucket);
        return Segment.Write(table, Segment.Sort(table));
    }

    private static List<string> Text(CellTable table)
    {
        var lines = new List<string>();
        foreach (var index in Segment.Sort(table))
        {
            var cell = table.Cells[index];
            lines.Add($"{cell.Bucket} {cell.Key} {cell.Sum.Successes} {cell.Sum.Failures} {cell.Sum.Abandoned} {cell.Sum.Amount} "
                + $"d[{Counts(table, cell.Durations)}] r[{Counts(table, cell.Reasons)}]");
        }
        return lines;
    }

    private static string Counts(CellTable table, int head)
    {
        var counts = new SortedDictionary<int, long>();
        for (var node = head; node >= 0; node = table.Node(node).Next)
            counts[table.Node(node).Code] = counts.GetValueOrDefault(table.Node(node).Code) + table.Node(node).Count;
        return string.Join(' ', counts.Select(count => $"{count.Key}:{count.Value}"));
    }
}
