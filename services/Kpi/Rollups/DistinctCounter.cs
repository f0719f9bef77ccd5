using System.Numerics;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>
/// Counts distinct customers exactly: a bitmap of customers for every question that is open, filled day by day from the stored
/// entries; a question is closed, and its bitmap used again, when its last day has passed.
/// </summary>
internal static class DistinctCounter
{
    /// <summary>The customers one question has met: per shard, a bit for each number.</summary>
    private sealed class Met
    {
        private readonly ulong[][] shards = [.. Enumerable.Repeat(Array.Empty<ulong>(), CustomerShard.Count)];

        public void Add(uint customer)
        {
            ref var bits = ref shards[customer >> 24];
            var word = (int)(customer & 0xffffff) >> 6;
            if (word >= bits.Length) Array.Resize(ref bits, Math.Max(word + 1, bits.Length * 2));
            bits[word] |= 1UL << (int)(customer & 63);
        }

        public long Count() => shards.Sum(bits => bits.Sum(word => (long)BitOperations.PopCount(word)));

        public void Clear()
        {
            foreach (var bits in shards) Array.Clear(bits);
        }
    }

    /// <summary>A stretch of a question, with the bitmap it fills.</summary>
    private sealed record Open(DistinctPart Part, bool SuccessOnly, int Question);

    public static async Task<long[]> CountAsync(NpgsqlConnection connection, IReadOnlyList<DistinctQuestion> questions, CancellationToken cancellation)
    {
        var counts = new long[questions.Count];
        var parts = questions.SelectMany((question, index) => question.Parts.Select(part => new Open(part, question.SuccessOnly, index)))
            .Where(open => open.Part.From < open.Part.To).OrderBy(open => open.Part.From).ToList();
        if (parts.Count == 0) return counts;
        var lastDay = questions.Select(question => question.Parts.Count == 0 ? default : question.Parts.Max(part => part.To)).ToArray();
        var met = new Dictionary<int, Met>();
        var spare = new Stack<Met>();
        var open = new List<Open>();
        var next = 0;

        void Close(DateOnly day)
        {
            open.RemoveAll(part => part.Part.To <= day);
            foreach (var done in met.Keys.Where(question => lastDay[question] <= day).ToList())
            {
                counts[done] = met[done].Count();
                met[done].Clear();
                spare.Push(met[done]);
                met.Remove(done);
            }
        }

        var current = DateOnly.MinValue;
        DayQuestions? today = null;
        await using var command = new NpgsqlCommand(
            "SELECT day, block FROM customer_days WHERE day >= $1 AND day < $2 ORDER BY day", connection)
            .With(parts.Min(part => part.Part.From)).With(parts.Max(part => part.Part.To));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var day = reader.GetFieldValue<DateOnly>(0);
            if (day != current)
            {
                Close(current = day);
                for (; next < parts.Count && parts[next].Part.From <= day; next++)
                {
                    if (parts[next].Part.To <= day) continue;
                    open.Add(parts[next]);
                    if (!met.ContainsKey(parts[next].Question)) met[parts[next].Question] = spare.Count > 0 ? spare.Pop() : new Met();
                }
                today = new DayQuestions([.. open.Select(part => (part.Part, part.SuccessOnly, met[part.Question]))]);
            }
            today!.Add(reader.GetFieldValue<byte[]>(1));
        }
        Close(DateOnly.MaxValue);
        return counts;
    }

    /// <summary>The questions that are open on one day, by channel, so that an entry looks only at those that want it.</summary>
    private sealed class DayQuestions(IReadOnlyList<(DistinctPart Part, bool SuccessOnly, Met Met)> open)
    {
        private readonly Dictionary<int, (DistinctPart Part, bool SuccessOnly, Met Met)[]> byChannel = [];

        public void Add(byte[] block)
        {
            var reader = new ByteReader(block);
            ulong entry = 0;
            while (!reader.AtEnd)
            {
                entry += reader.Unsigned();
                foreach (var (part, successOnly, met) in Wanting(CustomerDay.Channel(entry)))
                    if ((!successOnly || CustomerDay.IsSuccess(entry)) && (part.Regions is null || part.Regions.Contains((ushort)CustomerDay.Region(entry))))
                        met.Add(CustomerDay.Customer(entry));
            }
        }

        private (DistinctPart Part, bool SuccessOnly, Met Met)[] Wanting(int channel)
        {
            if (!byChannel.TryGetValue(channel, out var wanting))
                byChannel[channel] = wanting = [.. open.Where(question => question.Part.Channels is null || question.Part.Channels.Contains((ushort)channel))];
            return wanting;
        }
    }
}
