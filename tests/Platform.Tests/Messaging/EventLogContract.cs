using System.Collections.Concurrent;
using System.Text;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Messaging;

/// <summary>What every engine of the event log promises; each engine runs all of it.</summary>
public abstract class EventLogContract
{
    protected const int Partitions = 4;
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected static CancellationToken Ending => TestContext.Current.CancellationToken;

    /// <summary>Why this log cannot administer topics or rebalance, or null where it can.</summary>
    protected virtual string? Lacks => null;

    /// <summary>Another process's view of the same log.</summary>
    protected abstract Task<IEventLog> OpenAsync(Action<EventLogOptions>? change = null);

    /// <summary>A new topic of <see cref="Partitions"/> partitions.</summary>
    protected abstract Task<string> NewTopicAsync(IEventLog log);

    /// <summary>Deletes a topic and makes it again.</summary>
    protected abstract Task RecreateAsync(string topic);

    /// <summary>Drops what lies before the offset, as retention does.</summary>
    protected abstract Task TruncateAsync(string topic, int partition, long before);

    [Fact]
    public async Task Append_ManyKeys_AreReadOnceAndInOrderPerKey()
    {
        await using var log = await OpenAsync();
        var topic = await NewTopicAsync(log);
        for (var round = 0; round < 20; round++)
            await log.AppendAsync(topic, [.. Enumerable.Range(0, 50).Select(key => Record($"c_{key}", $"{round}"))], Ending);

        using var member = new LogMember(log, new SubscribeOptions(topic, "order"));
        await UntilAsync("1000 records", () => member.Read.Count >= 1000, member);

        foreach (var key in member.Read.GroupBy(record => record.Key))
        {
            Assert.Equal(Enumerable.Range(0, 20).Select(round => $"{round}"), key.Select(record => record.Value));
            Assert.All(key, record => Assert.Equal(CustomerShard.Of(record.Key) % Partitions, record.Partition));
        }
        foreach (var partition in member.Read.GroupBy(record => record.Partition))
            Assert.Equal(Enumerable.Range(0, partition.Count()).Select(offset => (long)offset), partition.Select(record => record.Offset));
    }

    [Fact]
    public async Task Append_Acknowledged_IsThereForEveryone()
    {
        await using var log = await OpenAsync();
        var topic = await NewTopicAsync(log);
        var result = await log.AppendAsync(topic, Records(100), Ending);

        await using var other = await OpenAsync();
        var ranges = await other.RangesAsync(topic, Ending);
        Assert.Equal(100, ranges.Sum(range => range.End - range.First));
        Assert.All(result.LastOffsets, last => Assert.Equal(ranges.Single(range => range.Partition == last.Key).End - 1, last.Value));
    }

    [Fact]
    public async Task Append_UnknownTopic_IsUnavailable()
    {
        Assert.SkipWhen(Lacks is not null, Lacks ?? "");
        await using var log = await OpenAsync(options => options.AppendTimeout = TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<EventLogUnavailableException>(() => log.AppendAsync("no.such.topic", Records(1), Ending));
        await Assert.ThrowsAsync<EventLogUnavailableException>(() => log.IdentifyAsync("no.such.topic", Ending));
    }

    [Fact]
    public async Task Append_MoreThanTheQueueHolds_IsRefusedAndNothingAcceptedIsLost()
    {
        await using var log = await OpenAsync(options =>
        {
            options.QueueRecords = 200;
            options.QueueWait = TimeSpan.Zero;
        });
        var topic = await NewTopicAsync(log);
        await log.IdentifyAsync(topic, Ending);
        var appends = Enumerable.Range(0, 60).Select(i => TryAsync(() => log.AppendAsync(topic, Records(50, $"a{i}_"), Ending))).ToList();
        var outcomes = await Task.WhenAll(appends);

        Assert.Contains(outcomes, outcome => outcome is EventLogFullException);
        Assert.All(outcomes, outcome => Assert.True(outcome is null or EventLogFullException, $"{outcome}"));
        var accepted = outcomes.Count(outcome => outcome is null);
        Assert.Equal(accepted * 50, (await log.RangesAsync(topic, Ending)).Sum(range => range.End));
        await log.AppendAsync(topic, Records(500), Ending);
    }

    [Fact]
    public async Task Append_RecordTooLarge_IsRefusedWhole()
    {
        await using var log = await OpenAsync();
        var topic = await NewTopicAsync(log);
        var refused = await Assert.ThrowsAsync<RecordTooLargeException>(
            () => log.AppendAsync(topic, [Record("a", "b"), Record("c", new string('x', 1_000_000))], Ending));
        Assert.Equal(1, refused.Index);
        Assert.Equal(0, (await log.RangesAsync(topic, Ending)).Sum(range => range.End));
    }

    [Fact]
    public async Task Append_LargeRecordsAndTombstones_ComeBackAsTheyWere()
    {
        await using var log = await OpenAsync();
        var topic = await NewTopicAsync(log);
        var large = new string('大', 280_000);
        await log.AppendAsync(topic, [Record("k", large), new LogRecord("k", ReadOnlyMemory<byte>.Empty), Record("k", "after")], Ending);

        using var member = new LogMember(log, new SubscribeOptions(topic, "large"));
        await UntilAsync("3 records", () => member.Read.Count >= 3, member);
        Assert.Equal([large, "", "after"], member.Read.Select(record => record.Value));
    }

    [Fact]
    public async Task Append_Headers_ComeBackOnlyWhereWanted()
    {
        await using var log = await OpenAsync();
        var topic = await NewTopicAsync(log);
        LogHeader[] headers = [new("ce_id", "1"u8.ToArray()), new("traceparent", "00-ab"u8.ToArray()), new("empty", [])];
        await log.AppendAsync(topic, [new LogRecord("k", "v"u8.ToArray(), headers), Record("k", "w")], Ending);

        using var all = new LogMember(log, new SubscribeOptions(topic, "all"));
        using var values = new LogMember(log, new SubscribeOptions(topic, "values") { KeysAndHeaders = false });
        await UntilAsync("2 records each", () => all.Read.Count == 2 && values.Read.Count == 2, all, values);
        Assert.Equal(["ce_id=1", "traceparent=00-ab", "empty="], all.Read.First().Headers.Select(h => $"{h.Name}={Encoding.UTF8.GetString(h.Value)}"));
        Assert.Empty(all.Read.Last().Headers);
        Assert.Equal(["v", "w"], values.Read.Select(record => record.Value));
        Assert.All(values.Read, record => Assert.True(record.Key.Length == 0 && record.Headers.Count == 0));
        Assert.All(values.Read, record => Assert.InRange(
            TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(record.AppendedAt), TimeSpan.FromSeconds(-5), TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public async Task Append_TwoProcessesAtOnce_KeepEachOnesOrderAndLeaveNoGap()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        var topic = await NewTopicAsync(one);
        await Task.WhenAll(
            from log in new[] { (Log: one, Name: "one"), (Log: two, Name: "two") }
            from writer in Enumerable.Range(0, 8)
            select WriteAsync(log.Log, $"{log.Name}{writer}"));

        using var member = new LogMember(one, new SubscribeOptions(topic, "both"));
        await UntilAsync("16 × 100 records", () => member.Read.Count >= 1600, member);
        foreach (var key in member.Read.GroupBy(record => record.Key))
            Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), key.Select(record => record.Value));
        foreach (var partition in member.Read.GroupBy(record => record.Partition))
            Assert.Equal(Enumerable.Range(0, partition.Count()).Select(offset => (long)offset), partition.Select(record => record.Offset));

        async Task WriteAsync(IEventLog log, string key)
        {
            for (var i = 0; i < 100; i += 4)
                await log.AppendAsync(topic, [.. Enumerable.Range(i, 4).Select(n => Record(key, $"{n}"))], Ending);
        }
    }

    [Fact]
    public async Task Subscribe_StoredOffset_GoesOnThere()
    {
        await using var log = await OpenAsync();
        var topic = await NewTopicAsync(log);
        await log.AppendAsync(topic, [.. Enumerable.Range(0, 30).Select(i => Record("k", $"{i}"))], Ending);
        var partition = CustomerShard.Of("k") % Partitions;
        var offsets = new ConcurrentDictionary<int, long> { [partition] = 20 };

        using (var member = new LogMember(log, new SubscribeOptions(topic, "resume"), offsets))
            await UntilAsync("10 records", () => member.Read.Count == 10 && member.AtEnd.ContainsKey(partition), member);
        await log.AppendAsync(topic, [Record("k", "30")], Ending);
        using (var member = new LogMember(log, new SubscribeOptions(topic, "resume"), offsets))
        {
            await UntilAsync("the next record", () => !member.Read.IsEmpty, member);
            Assert.Equal("30", Assert.Single(member.Read).Value);
        }
        Assert.Equal(31, offsets[partition]);
    }

    [Fact]
    public async Task Seek_Back_ReadsAgain()
    {
        await using var log = await OpenAsync();
        var topic = await NewTopicAsync(log);
        await log.AppendAsync(topic, [.. Enumerable.Range(0, 10).Select(i => Record("k", $"{i}"))], Ending);
        var partition = CustomerShard.Of("k") % Partitions;
        var owner = new FixedOwner(partition, -1);
        using var consumer = log.Subscribe(new SubscribeOptions(topic, "seek"), owner);
        var read = new List<string>();
        PollUntil(consumer, read, () => read.Count == 10);
        consumer.Seek(partition, 7);
        PollUntil(consumer, read, () => read.Count == 13);
        Assert.Equal(["7", "8", "9"], read.Skip(10));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(11)]
    public async Task Poll_OffsetPastTheEnd_IsRefusedAndNeverWaitedOn(long offset)
    {
        await using var log = await OpenAsync();
        var topic = await NewTopicAsync(log);
        await log.AppendAsync(topic, [.. Enumerable.Range(0, 10).Select(i => Record("k", $"{i}"))], Ending);
        var offsets = new ConcurrentDictionary<int, long> { [CustomerShard.Of("k") % Partitions] = offset };

        using var member = new LogMember(log, new SubscribeOptions(topic, "past"), offsets);
        await UntilAsync("a refusal", () => member.Failure is not null);
        Assert.IsType<OffsetOutOfRangeException>(member.Failure);
        // The log growing past the offset does not make it right.
        await log.AppendAsync(topic, [.. Enumerable.Range(0, 2000).Select(i => Record("k", $"{i}"))], Ending);
        Assert.DoesNotContain(member.Read, record => record.Key == "k");
    }

    [Fact]
    public async Task Poll_OffsetThatRetentionPassed_IsRefused()
    {
        Assert.SkipWhen(Lacks is not null, Lacks ?? "");
        await using var log = await OpenAsync();
        var topic = await NewTopicAsync(log);
        var partition = CustomerShard.Of("k") % Partitions;
        for (var i = 0; i < 10; i++) await log.AppendAsync(topic, [Record("k", $"{i}")], Ending);
        await TruncateAsync(topic, partition, 6);

        Assert.Equal(6, (await log.RangesAsync(topic, Ending)).Single(range => range.Partition == partition).First);
        using (var member = new LogMember(log, new SubscribeOptions(topic, "late"), new() { [partition] = 3 }))
        {
            await UntilAsync("a refusal", () => member.Failure is not null);
            Assert.IsType<OffsetOutOfRangeException>(member.Failure);
        }
        using var first = new LogMember(log, new SubscribeOptions(topic, "new"));
        await UntilAsync("what is kept", () => first.Read.Count == 4, first);
        Assert.Equal("6", first.Read.First().Value);
    }

    [Fact]
    public async Task Identify_SameTopicMadeAgain_IsAnother()
    {
        Assert.SkipWhen(Lacks is not null, Lacks ?? "");
        await using var log = await OpenAsync();
        var topic = await NewTopicAsync(log);
        var identity = await log.IdentifyAsync(topic, Ending);
        await using (var other = await OpenAsync())
            Assert.Equal(identity, await other.IdentifyAsync(topic, Ending));
        Assert.Equal(Partitions, identity.Partitions);
        Assert.NotEmpty(identity.LogId);

        await RecreateAsync(topic);
        await using var again = await OpenAsync();
        var remade = await again.IdentifyAsync(topic, Ending);
        Assert.Equal(identity.LogId, remade.LogId);
        Assert.NotEqual(identity.TopicId, remade.TopicId);
    }

    [Fact]
    public async Task Poll_OwnerFails_ThrowsItAndReadsNothing()
    {
        await using var log = await OpenAsync();
        var topic = await NewTopicAsync(log);
        await log.AppendAsync(topic, Records(10), Ending);
        using var member = new LogMember(log, new SubscribeOptions(topic, "refuse"), refuse: new LogIdentityChangedException("another log"));
        await UntilAsync("the owner's fault", () => member.Failure is LogIdentityChangedException);
        Assert.Empty(member.Read);
    }

    [Fact]
    public async Task AtEnd_Time_IsNeverAheadOfWhatWasRead()
    {
        await using var log = await OpenAsync();
        var topic = await NewTopicAsync(log);
        using var member = new LogMember(log, new SubscribeOptions(topic, "end"), capacity: 7);
        await UntilAsync("the end of an empty topic", () => member.AtEnd.Count == Partitions, member);
        for (var round = 0; round < 30; round++)
        {
            await log.AppendAsync(topic, Records(40, $"r{round}_"), Ending);
            var acknowledged = TimeProvider.System.GetUtcNow();
            await UntilAsync("the end", () => member.AtEnd.Count == Partitions && member.AtEnd.Values.Min() > acknowledged, member);
            Assert.Equal((round + 1) * 40, member.Read.Count);
        }
    }

    [Fact]
    public async Task Group_SecondMemberComesAndGoes_PartitionsMoveAndNothingIsReadTwice()
    {
        Assert.SkipWhen(Lacks is not null, Lacks ?? "");
        await using var log = await OpenAsync();
        var topic = await NewTopicAsync(log);
        var offsets = new ConcurrentDictionary<int, long>();
        var options = new SubscribeOptions(topic, "two");
        using var one = new LogMember(log, options, offsets);
        await UntilAsync("all partitions", () => one.Owned.Count == Partitions, one);
        await log.AppendAsync(topic, Records(100, "a"), Ending);

        await using var other = await OpenAsync();
        var two = new LogMember(other, options, offsets);
        await UntilAsync("half of them each", () => one.Owned.Count == Partitions / 2 && two.Owned.Count == Partitions / 2, one, two);
        Assert.Contains(one.Events, happened => happened.StartsWith("revoked", StringComparison.Ordinal));
        await log.AppendAsync(topic, Records(100, "b"), Ending);
        await UntilAsync("200 records", () => one.Read.Count + two.Read.Count >= 200, one, two);

        two.Dispose();
        Assert.Contains(two.Events, happened => happened.StartsWith("revoked", StringComparison.Ordinal));
        await UntilAsync("all partitions again", () => one.Owned.Count == Partitions, one);
        await log.AppendAsync(topic, Records(100, "c"), Ending);
        await UntilAsync("300 records", () => one.Read.Count + two.Read.Count >= 300, one);
        var read = one.Read.Concat(two.Read).ToList();
        Assert.Equal(read.Count, read.Select(record => (record.Partition, record.Offset)).Distinct().Count());
        Assert.DoesNotContain(one.Events, happened => happened.StartsWith("lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Group_MemberThatStandsStill_LosesItsPartitionsAndIsToldWhenItWakes()
    {
        Assert.SkipWhen(Lacks is not null, Lacks ?? "");
        await using var log = await OpenAsync(ShortSessions);
        var topic = await NewTopicAsync(log);
        var offsets = new ConcurrentDictionary<int, long>();
        var options = new SubscribeOptions(topic, "still");
        using var one = new LogMember(log, options, offsets);
        await UntilAsync("all partitions", () => one.Owned.Count == Partitions, one);
        one.Freeze();
        await using var other = await OpenAsync(ShortSessions);
        using var two = new LogMember(other, options, offsets);
        await UntilAsync("the other has all", () => two.Owned.Count == Partitions, two);
        one.Wake();
        await UntilAsync("lost", () => one.Events.Any(happened => happened.StartsWith("lost", StringComparison.Ordinal)), one);
        await UntilAsync("half of them each", () => one.Owned.Count == Partitions / 2 && two.Owned.Count == Partitions / 2, one, two);
    }

    [Fact]
    public async Task Apply_MissingAndDiffering_MakesTheOneAndReportsTheOther()
    {
        Assert.SkipWhen(Lacks is not null, Lacks ?? "");
        await using var log = await OpenAsync();
        var name = "t" + Guid.NewGuid().ToString("N");
        Topic[] topics = [new($"{name}.days", 4, 7), new($"{name}.compact", 2, null)];
        Assert.Empty(await log.ApplyAsync(topics, Ending));
        Assert.Empty(await log.ApplyAsync(topics, Ending));
        Assert.Equal(2, (await log.IdentifyAsync($"{name}.compact", Ending)).Partitions);
        var differing = await log.ApplyAsync([new($"{name}.days", 8, 30), topics[1]], Ending);
        Assert.NotEmpty(differing);
        Assert.All(differing, difference => Assert.Contains($"{name}.days", difference));
        Assert.Equal(4, (await log.IdentifyAsync($"{name}.days", Ending)).Partitions);
    }

    [Fact]
    public async Task Append_LogGoesAndComesBack_LosesNothingThatWasAccepted()
    {
        Assert.SkipWhen(Lacks is not null, Lacks ?? "");
        await using var outage = await StartAnotherAsync();
        await using var log = outage.Open(options => options.AppendTimeout = TimeSpan.FromSeconds(3));
        var topic = await NewTopicAsync(log);
        using var member = new LogMember(log, new SubscribeOptions(topic, "outage"));
        await UntilAsync("partitions", () => member.Owned.Count == Partitions, member);
        var refused = 0;
        for (var round = 0; round < 30; round++)
        {
            if (round == 10) await outage.DownAsync();
            if (round == 12) await outage.UpAsync();
            // What a caller does: send the same again until it is accepted.
            await Tools.UntilAsync("accepted", Patience, async () =>
            {
                if (round is 10 or 11 && refused >= round - 9) return true;
                var fault = await TryAsync(() => log.AppendAsync(topic, [.. Enumerable.Range(0, 20).Select(key => Record($"c_{key}", $"{round}"))], Ending));
                Assert.True(fault is null or EventLogUnavailableException, $"{fault}");
                if (fault is not null) refused++;
                return fault is null;
            }, Ending);
        }
        Assert.True(refused >= 2);
        await UntilAsync("the last round", () => member.Read.Count(record => record.Value == "29") >= 20, member);
        foreach (var key in member.Read.GroupBy(record => record.Key))
        {
            var rounds = key.Select(record => int.Parse(record.Value)).ToList();
            Assert.Equal([.. Enumerable.Range(0, 10), .. Enumerable.Range(12, 18)], rounds.Where(round => round is not (10 or 11)).Distinct());
            Assert.Equal(key.Count(), key.Select(record => record.Offset).Distinct().Count());
        }
    }

    /// <summary>A log of its own that can be stopped.</summary>
    protected abstract Task<IOutage> StartAnotherAsync();

    protected interface IOutage : IAsyncDisposable
    {
        IEventLog Open(Action<EventLogOptions> change);

        Task DownAsync();

        Task UpAsync();
    }

    /// <summary>A member that does not poll for a few seconds is taken for dead.</summary>
    protected abstract void ShortSessions(EventLogOptions options);

    protected static LogRecord Record(string key, string value) => new(key, Encoding.UTF8.GetBytes(value));

    protected static List<LogRecord> Records(int count, string prefix = "c_") =>
        [.. Enumerable.Range(0, count).Select(i => Record($"{prefix}{i}", $"{prefix}{i}"))];

    protected static async Task<Exception?> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>Polls with a deadline; a fault of a member is reported instead of a mere timeout.</summary>
    protected static Task UntilAsync(string what, Func<bool> reached, params LogMember[] members) => Tools.UntilAsync(
        what, Patience, () =>
        {
            foreach (var member in members)
                if (member.Failure is not null) throw new InvalidOperationException($"waiting for {what}", member.Failure);
            return Task.FromResult(reached());
        }, Ending);

    private static void PollUntil(IEventConsumer consumer, List<string> read, Func<bool> reached)
    {
        var batch = new RecordBatch(100);
        var start = TimeProvider.System.GetTimestamp();
        while (!reached())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "nothing more was read");
            batch.Clear();
            consumer.Poll(batch, TimeSpan.FromMilliseconds(100), Ending);
            for (var i = 0; i < batch.Count; i++) read.Add(Encoding.UTF8.GetString(batch.Value(i)));
        }
    }

    /// <summary>Starts one partition at an offset and the others at their beginning.</summary>
    private sealed class FixedOwner(int partition, long offset) : IPartitionOwner
    {
        public IReadOnlyDictionary<int, long> Assigned(IReadOnlyList<int> partitions) =>
            partitions.ToDictionary(number => number, number => number == partition ? offset : -1);

        public void Revoked(IReadOnlyList<int> partitions)
        {
            // Nothing to commit.
        }

        public void Lost(IReadOnlyList<int> partitions)
        {
            // Nothing to forget.
        }
    }
}
