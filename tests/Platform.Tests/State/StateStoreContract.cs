using System.Text;
using System.Text.Json.Serialization;
using ECommerce.Channels.Platform.State;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.State;

/// <summary>What every state store does, whatever is behind it.</summary>
public abstract partial class StateStoreContract
{
    private readonly string key = "key-" + Guid.NewGuid().ToString("N");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract Task<IStateStore> StoreAsync();

    [Fact]
    public async Task Get_Absent_IsNull() => Assert.Null(await (await StoreAsync()).GetAsync(key, Cancellation));

    [Theory]
    [InlineData("plain")]
    [InlineData("中文 / 键?#%20&=+")]
    [InlineData("a/b/../c")]
    public async Task Save_AnyKey_ReadsBackAsSaved(string name)
    {
        var store = await StoreAsync();
        await store.SaveAsync(key + name, Bytes("v"), StateCondition.Any, null, Cancellation);
        Assert.Equal("v", await TextAsync(store, key + name));
    }

    [Fact]
    public async Task Save_EveryByteAndOneMebibyte_ReadBackExactly()
    {
        var store = await StoreAsync();
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        var big = new byte[1 << 20];
        new Random(1).NextBytes(big);

        await store.SaveAsync(key, all, StateCondition.Any, null, Cancellation);
        await store.SaveAsync(key + "big", big, StateCondition.Any, null, Cancellation);

        Assert.Equal(all, (await store.GetAsync(key, Cancellation))!.Value.ToArray());
        Assert.Equal(big, (await store.GetAsync(key + "big", Cancellation))!.Value.ToArray());
    }

    [Fact]
    public async Task Save_Json_IsNotRewritten()
    {
        var store = await StoreAsync();
        const string Text = """{"b": 9007199254740993, "a":"<&>", "c":1.50}""";
        await store.SaveAsync(key, Bytes(Text), StateCondition.Any, null, Cancellation);
        Assert.Equal(Text, await TextAsync(store, key));
    }

    [Fact]
    public async Task Save_SameValueAgain_ChangesTheETag()
    {
        var store = await StoreAsync();
        await store.SaveAsync(key, Bytes("v"), StateCondition.Any, null, Cancellation);
        var first = await store.GetAsync(key, Cancellation);
        await store.SaveAsync(key, Bytes("v"), StateCondition.Any, null, Cancellation);
        Assert.NotEqual(first!.ETag, (await store.GetAsync(key, Cancellation))!.ETag);
    }

    [Fact]
    public async Task Save_Absent_OnlyTheFirstWriteWins()
    {
        var store = await StoreAsync();
        Assert.Equal(StateResult.Saved, await store.SaveAsync(key, Bytes("first"), StateCondition.Absent, null, Cancellation));
        Assert.Equal(StateResult.Conflict, await store.SaveAsync(key, Bytes("second"), StateCondition.Absent, null, Cancellation));
        Assert.Equal("first", await TextAsync(store, key));
    }

    [Fact]
    public async Task Save_Matches_OnlyWithTheCurrentETag()
    {
        var store = await StoreAsync();
        await store.SaveAsync(key, Bytes("1"), StateCondition.Any, null, Cancellation);
        var old = StateCondition.Matches((await store.GetAsync(key, Cancellation))!.ETag);

        Assert.Equal(StateResult.Saved, await store.SaveAsync(key, Bytes("2"), old, null, Cancellation));
        Assert.Equal(StateResult.Conflict, await store.SaveAsync(key, Bytes("3"), old, null, Cancellation));
        Assert.Equal("2", await TextAsync(store, key));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("7f1b7a54-6f2e-4a7b-9a43-111111111111")]
    public async Task Save_MatchesAnETagOfNobody_IsAConflictAbsentOrNot(string etag)
    {
        var store = await StoreAsync();
        Assert.Equal(StateResult.Conflict, await store.SaveAsync(key, Bytes("1"), StateCondition.Matches(etag), null, Cancellation));
        Assert.Null(await store.GetAsync(key, Cancellation));
        await store.SaveAsync(key, Bytes("2"), StateCondition.Any, null, Cancellation);
        Assert.Equal(StateResult.Conflict, await store.SaveAsync(key, Bytes("3"), StateCondition.Matches(etag), null, Cancellation));
        Assert.Equal(StateResult.Conflict, await store.DeleteAsync(key, StateCondition.Matches(etag), Cancellation));
        Assert.Equal("2", await TextAsync(store, key));
    }

    [Fact]
    public async Task Save_ETagOfAnEntryDeletedAndMadeAgain_IsAConflict()
    {
        var store = await StoreAsync();
        await store.SaveAsync(key, Bytes("1"), StateCondition.Any, null, Cancellation);
        var old = await store.GetAsync(key, Cancellation);
        await store.DeleteAsync(key, StateCondition.Any, Cancellation);
        await store.SaveAsync(key, Bytes("1"), StateCondition.Any, null, Cancellation);
        Assert.Equal(StateResult.Conflict, await store.SaveAsync(key, Bytes("2"), StateCondition.Matches(old!.ETag), null, Cancellation));
    }

    [Fact]
    public async Task Delete_AnyAndMatching_RemovesAndAbsentIsAConflictOnlyWithETag()
    {
        var store = await StoreAsync();
        Assert.Equal(StateResult.Saved, await store.DeleteAsync(key, StateCondition.Any, Cancellation));
        await store.SaveAsync(key, Bytes("1"), StateCondition.Any, null, Cancellation);
        var matching = StateCondition.Matches((await store.GetAsync(key, Cancellation))!.ETag);
        Assert.Equal(StateResult.Saved, await store.DeleteAsync(key, matching, Cancellation));
        Assert.Null(await store.GetAsync(key, Cancellation));
        Assert.Equal(StateResult.Conflict, await store.DeleteAsync(key, matching, Cancellation));
    }

    [Fact]
    public async Task GetMany_SomeThere_GivesThoseWithTheirETags()
    {
        var store = await StoreAsync();
        var keys = Enumerable.Range(0, 40).Select(i => $"{key}-{i}").ToList();
        foreach (var one in keys.Take(30)) await store.SaveAsync(one, Bytes(one), StateCondition.Any, null, Cancellation);

        var found = await store.GetManyAsync([.. keys, keys[0]], Cancellation);

        Assert.Equal(keys.Take(30).Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(found, pair => Assert.Equal(pair.Key, Encoding.UTF8.GetString(pair.Value.Value.Span)));
        Assert.Equal((await store.GetAsync(keys[3], Cancellation))!.ETag, found[keys[3]].ETag);
        Assert.Empty(await store.GetManyAsync([], Cancellation));
    }

    [Fact]
    public async Task Execute_SeveralOperations_AreDoneTogether()
    {
        var store = await StoreAsync();
        await store.SaveAsync(key + "a", Bytes("old"), StateCondition.Any, null, Cancellation);
        await store.SaveAsync(key + "b", Bytes("old"), StateCondition.Any, null, Cancellation);
        var a = await store.GetAsync(key + "a", Cancellation);

        var result = await store.ExecuteAsync(
            [
                StateOperation.Save(key + "c", Bytes("new"), StateCondition.Absent),
                StateOperation.Save(key + "a", Bytes("new"), StateCondition.Matches(a!.ETag)),
                StateOperation.Delete(key + "b", StateCondition.Any),
            ],
            Cancellation);

        Assert.Equal(StateResult.Saved, result);
        Assert.Equal("new", await TextAsync(store, key + "a"));
        Assert.Null(await store.GetAsync(key + "b", Cancellation));
        Assert.Equal("new", await TextAsync(store, key + "c"));
    }

    [Theory]
    [InlineData("stale")]
    [InlineData("exists")]
    [InlineData("stale deletion")]
    public async Task Execute_OneConflict_ChangesNothing(string conflict)
    {
        var store = await StoreAsync();
        await store.SaveAsync(key + "z", Bytes("old"), StateCondition.Any, null, Cancellation);
        var stale = StateCondition.Matches((await store.GetAsync(key + "z", Cancellation))!.ETag);
        await store.SaveAsync(key + "z", Bytes("old"), StateCondition.Any, null, Cancellation);

        var result = await store.ExecuteAsync(
            [
                StateOperation.Save(key + "a", Bytes("new"), StateCondition.Any),
                conflict switch
                {
                    "stale" => StateOperation.Save(key + "z", Bytes("new"), stale),
                    "exists" => StateOperation.Save(key + "z", Bytes("new"), StateCondition.Absent),
                    _ => StateOperation.Delete(key + "z", stale),
                },
            ],
            Cancellation);

        Assert.Equal(StateResult.Conflict, result);
        Assert.Null(await store.GetAsync(key + "a", Cancellation));
        Assert.Equal("old", await TextAsync(store, key + "z"));
    }

    [Fact]
    public async Task Execute_TheSameKeysCrosswiseByMany_AllEnd()
    {
        var store = await StoreAsync();
        var keys = Enumerable.Range(0, 8).Select(i => $"{key}-{i}").ToArray();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
        {
            var mine = writer % 2 == 0 ? keys : [.. keys.Reverse()];
            for (var i = 0; i < 5; i++)
                Assert.Equal(StateResult.Saved, await store.ExecuteAsync([.. mine.Select(one => StateOperation.Save(one, Bytes($"{writer}"), StateCondition.Any))], Cancellation));
        }));

        var values = (await store.GetManyAsync(keys, Cancellation)).Values.Select(entry => Encoding.UTF8.GetString(entry.Value.Span));
        Assert.Single(values.Distinct());
    }

    [Fact]
    public async Task TimeToLive_Over_HidesTheEntryAndLetsTheFirstWriteInAgain()
    {
        var store = await StoreAsync();
        await store.SaveAsync(key, Bytes("1"), StateCondition.Any, TimeSpan.FromSeconds(1), Cancellation);
        await store.ExecuteAsync([StateOperation.Save(key + "t", Bytes("1"), StateCondition.Any, TimeSpan.FromSeconds(1))], Cancellation);
        await store.SaveAsync(key + "kept", Bytes("1"), StateCondition.Any, TimeSpan.FromSeconds(1), Cancellation);
        await store.SaveAsync(key + "kept", Bytes("2"), StateCondition.Any, null, Cancellation);
        var old = (await store.GetAsync(key, Cancellation))!.ETag;

        await Tools.UntilAsync("end of the entries", TimeSpan.FromSeconds(10), async () =>
            await store.GetAsync(key, Cancellation) is null && await store.GetAsync(key + "t", Cancellation) is null, Cancellation);

        Assert.Empty(await store.GetManyAsync([key, key + "t"], Cancellation));
        Assert.Equal(StateResult.Conflict, await store.SaveAsync(key, Bytes("2"), StateCondition.Matches(old), null, Cancellation));
        Assert.Equal(StateResult.Saved, await store.SaveAsync(key, Bytes("3"), StateCondition.Absent, null, Cancellation));
        Assert.Equal("3", await TextAsync(store, key));
        Assert.Equal(StateResult.Saved, await store.ExecuteAsync([StateOperation.Save(key + "t", Bytes("3"), StateCondition.Absent)], Cancellation));
        Assert.Equal("2", await TextAsync(store, key + "kept"));
    }

    [Fact]
    public async Task Update_SixtyFourWriters_CountExactly()
    {
        var store = await StoreAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => store.UpdateAsync(
            key, CounterJson.Default.Counter, old => new Counter((old?.Count ?? 0) + 1), null, Cancellation, attempts: 1000))));

        Assert.All(results, result => Assert.Equal(StateResult.Saved, result));
        Assert.Equal(64, (await store.GetAsync(key, CounterJson.Default.Counter, Cancellation))!.Value.Count);
    }

    [Fact]
    public async Task Update_AlwaysOvertaken_EndsWithConflict()
    {
        var store = await StoreAsync();
        var calls = 0;

        var result = await store.UpdateAsync(
            key, CounterJson.Default.Counter, old =>
            {
                calls++;
                // Another writer, each time between our read and our write.
                store.SaveAsync(key, Bytes("""{"Count":100}"""), StateCondition.Any, null, Cancellation).GetAwaiter().GetResult();
                return new Counter(1);
            }, null, Cancellation, attempts: 3);

        Assert.Equal(StateResult.Conflict, result);
        Assert.Equal(3, calls);
        Assert.Equal(100, (await store.GetAsync(key, CounterJson.Default.Counter, Cancellation))!.Value.Count);
    }

    [Fact]
    public async Task Get_NoSuchJson_IsUnavailable()
    {
        var store = await StoreAsync();
        await store.SaveAsync(key, Bytes("garbage"), StateCondition.Any, null, Cancellation);
        await Assert.ThrowsAsync<StateUnavailableException>(() => store.GetAsync(key, CounterJson.Default.Counter, Cancellation));
    }

    [Fact]
    public async Task AnyCall_BadArguments_AreRefusedBeforeAnythingIsSent()
    {
        var store = await StoreAsync();
        var seconds = TimeSpan.FromSeconds(1);
        await RefusedAsync(() => store.GetAsync("", Cancellation));
        await RefusedAsync(() => store.GetAsync("a||b", Cancellation));
        await RefusedAsync(() => store.GetAsync("a\nb", Cancellation));
        await RefusedAsync(() => store.GetAsync(new string('k', 257), Cancellation));
        await RefusedAsync(() => store.SaveAsync(key, Array.Empty<byte>(), StateCondition.Any, null, Cancellation));
        await RefusedAsync(() => store.SaveAsync(key, new byte[(1 << 20) + 1], StateCondition.Any, null, Cancellation));
        await RefusedAsync(() => store.SaveAsync(key, Bytes("v"), StateCondition.Any, -seconds, Cancellation));
        await RefusedAsync(() => store.DeleteAsync(key, StateCondition.Absent, Cancellation));
        await RefusedAsync(() => store.ExecuteAsync([], Cancellation));
        await RefusedAsync(() => store.ExecuteAsync(
            [.. Enumerable.Range(0, 4).Select(i => StateOperation.Save(key + i, new byte[900_000], StateCondition.Any))], Cancellation));
        await RefusedAsync(() => store.GetManyAsync([.. Enumerable.Range(0, 101).Select(i => $"{i}")], Cancellation));
        Assert.Null(await store.GetAsync(key, Cancellation));

        static Task RefusedAsync(Func<Task> call) => Assert.ThrowsAnyAsync<ArgumentException>(call);
    }

    [Fact]
    public async Task Execute_AsMuchAsAllowed_IsSaved()
    {
        var store = await StoreAsync();
        var third = new byte[1 << 20];
        Assert.Equal(StateResult.Saved, await store.ExecuteAsync(
            [.. Enumerable.Range(0, 3).Select(i => StateOperation.Save($"{key}{i}", third, StateCondition.Any))], Cancellation));
    }

    [Fact]
    public async Task AnyCall_CallerGivesUp_IsCancelledAndNotUnavailable()
    {
        var store = await StoreAsync();
        using var caller = new CancellationTokenSource();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.GetAsync(key, caller.Token));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task<string?> TextAsync(IStateStore store, string key) =>
        await store.GetAsync(key, Cancellation) is { } entry ? Encoding.UTF8.GetString(entry.Value.Span) : null;

    internal sealed record Counter(int Count);

    [JsonSerializable(typeof(Counter))]
    internal sealed partial class CounterJson : JsonSerializerContext;
}
