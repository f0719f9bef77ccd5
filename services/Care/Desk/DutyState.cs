using System.Text.Json.Serialization;
using ECommerce.Channels.Platform.State;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Care.Desk;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Duty))]
[JsonSerializable(typeof(QueueNow))]
[JsonSerializable(typeof(Attendance))]
internal sealed partial class DeskJson : JsonSerializerContext;

/// <summary>Who is on duty, in the state store: an entry an agent, gone when the agent's desk is silent for a while.</summary>
internal sealed class DutyState(IStateStore state, IOptions<DeskOptions> options, TimeProvider time)
{
    private const int AtOnce = 100;

    /// <returns>The status before; null for off duty.</returns>
    public async Task<string?> SayAsync(string user, string status, IReadOnlyList<string>? regions, CancellationToken cancellation)
    {
        var before = (await state.GetAsync(Key(user), DeskJson.Default.Duty, cancellation))?.Value;
        if (status == Duty.Off)
        {
            await state.DeleteAsync(Key(user), StateCondition.Any, cancellation);
            return before?.Status;
        }
        var now = time.GetUtcNow();
        var duty = new Duty(user, status, regions, before?.Status == status ? before.Since : now, now);
        await state.SaveAsync(Key(user), duty, DeskJson.Default.Duty, StateCondition.Any, options.Value.SilentAfter, cancellation);
        return before?.Status;
    }

    public async Task<Duty?> FindAsync(string user, CancellationToken cancellation) =>
        (await state.GetAsync(Key(user), DeskJson.Default.Duty, cancellation))?.Value;

    /// <summary>Of these agents, those on duty.</summary>
    public async Task<IReadOnlyDictionary<string, Duty>> OfAsync(IEnumerable<string> users, CancellationToken cancellation)
    {
        var found = new Dictionary<string, Duty>();
        foreach (var some in users.Chunk(AtOnce))
            foreach (var (_, entry) in await state.GetManyAsync([.. some.Select(Key)], cancellation))
            {
                var duty = System.Text.Json.JsonSerializer.Deserialize(entry.Value.Span, DeskJson.Default.Duty)!;
                found[duty.User] = duty;
            }
        return found;
    }

    private static string Key(string user) => "duty:" + user;
}
