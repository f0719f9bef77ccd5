using ECommerce.Channels.Care.Conversations;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.State;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Care.Desk;

/// <summary>
/// Gives waiting customers to agents on duty, takes back what agents leave who went, and says who stands where in the queues. Every
/// replica may do it, one at a time: whoever gets the database's lock.
/// </summary>
internal sealed class Dispatcher(
    NpgsqlDataSource database, DispatchStore store, AgentStore agents, DutyState duty, Queues queues, ConversationDesk desk, CatalogueCopy catalogue,
    IOptions<DeskOptions> options, TimeProvider time)
{
    private const long LockKey = 0x6361_7265_6469_7370;

    /// <summary>Since when agents who have conversations are not on duty, as seen by this replica.</summary>
    private readonly Dictionary<string, DateTimeOffset> goneSince = [];
    private readonly Dictionary<string, QueueNow> told = [];

    /// <summary>One round.</summary>
    /// <returns>How many conversations went to an agent; none where another replica is at it.</returns>
    /// <exception cref="StateUnavailableException">Nobody knows who is on duty: nothing is given and nothing taken.</exception>
    public async Task<int> RoundAsync(CancellationToken cancellation)
    {
        await using var turn = await database.OpenConnectionAsync(cancellation);
        if (!await LockAsync(turn, "pg_try_advisory_lock", cancellation)) return 0;
        try
        {
            var all = await agents.AllAsync(cancellation);
            var onDuty = await duty.OfAsync(all.Select(agent => agent.User), cancellation);
            await ReleaseAsync(onDuty, cancellation);
            var now = time.GetUtcNow();
            var waiting = await store.WaitingAsync(cancellation);
            var candidates = await CandidatesAsync(all, onDuty, cancellation);
            var assigned = Routing.Assign(waiting, candidates.Where(one => onDuty[one.User].Status == Duty.Available), now);
            var given = new HashSet<string>();
            foreach (var one in assigned)
                if (await desk.DispatchAsync(one, cancellation)) given.Add(one.Conversation);
            await TellAsync([.. waiting.Where(one => !given.Contains(one.Conversation))], candidates, now, cancellation);
            return given.Count;
        }
        finally
        {
            await LockAsync(turn, "pg_advisory_unlock", CancellationToken.None);
        }
    }

    private static async Task<bool> LockAsync(NpgsqlConnection connection, string function, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SELECT {function}({LockKey})", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Those on duty, with what they have and may see.</summary>
    private async Task<List<AgentOnDuty>> CandidatesAsync(
        IReadOnlyList<Agent> all, IReadOnlyDictionary<string, Duty> onDuty, CancellationToken cancellation)
    {
        var loads = await store.LoadsAsync(cancellation);
        var candidates = new List<AgentOnDuty>();
        foreach (var agent in all)
        {
            if (!onDuty.TryGetValue(agent.User, out var one)) continue;
            var grant = one.Regions is null ? RegionGrant.Everything : new RegionGrant(false, one.Regions);
            var regions = await catalogue.GrantedAsync(grant, cancellation);
            var (load, since) = loads.GetValueOrDefault(agent.User);
            candidates.Add(new AgentOnDuty(
                agent.User, agent.Skills.ToHashSet(), regions?.ToHashSet(), load, agent.Capacity, since > one.Since ? since : one.Since));
        }
        return candidates;
    }

    /// <summary>Gives back what agents have who are off duty for longer than a reload takes.</summary>
    private async Task ReleaseAsync(IReadOnlyDictionary<string, Duty> onDuty, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var held = await store.HeldAsync(now - options.Value.ReleaseAfter, cancellation);
        foreach (var user in goneSince.Keys.Where(user => onDuty.ContainsKey(user) || !held.ContainsKey(user)).ToList()) goneSince.Remove(user);
        foreach (var (user, conversations) in held.Where(one => !onDuty.ContainsKey(one.Key)))
        {
            goneSince.TryAdd(user, now);
            if (now - goneSince[user] < options.Value.ReleaseAfter) continue;
            foreach (var one in conversations) await desk.ReleaseAsync(one, user, skill: null, "system", regions: null, cancellation);
        }
    }

    /// <summary>Writes the queues that are other than told last, or were told long ago.</summary>
    private async Task TellAsync(
        IReadOnlyList<WaitingCustomer> left, IReadOnlyList<AgentOnDuty> candidates, DateTimeOffset now, CancellationToken cancellation)
    {
        var bySkill = Routing.InOrder(left, now).GroupBy(one => one.Skill).ToDictionary(group => group.Key, group => group.Select(one => one.Conversation).ToList());
        var handling = bySkill.Count == 0 ? [] : await store.HandlingAsync(now, cancellation);
        foreach (var skill in bySkill.Keys.Union(told.Keys).ToList())
        {
            var slots = candidates.Where(agent => agent.Skills.Contains(skill) || agent.Skills.Contains(Agent.AnySkill)).Sum(agent => agent.Capacity);
            var waiting = bySkill.GetValueOrDefault(skill, []);
            var mean = handling.TryGetValue(skill, out var seconds) ? seconds : (double?)null;
            await TellAsync(new QueueNow(skill, now, [.. waiting.Take(Queues.Longest)], slots, mean), cancellation);
        }
    }

    private async Task TellAsync(QueueNow queue, CancellationToken cancellation)
    {
        var before = told.GetValueOrDefault(queue.Skill);
        var isSame = before is not null && before.Slots == queue.Slots && before.Conversations.SequenceEqual(queue.Conversations);
        if (isSame && queue.At - before!.At < Refresh) return;
        await queues.SaveAsync(queue, cancellation);
        if (!isSame) await CareChanges.TellAsync(database, null, new { kind = CareChanges.Queue, skill = queue.Skill }, cancellation);
        if (queue.Conversations.Count == 0) told.Remove(queue.Skill);
        else told[queue.Skill] = queue;
    }

    /// <summary>An entry of the state store lives a minute.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(20);
}
