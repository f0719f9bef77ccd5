using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.State;

namespace ECommerce.Channels.Care.Desk;

/// <summary>What somebody does with a conversation.</summary>
/// <param name="Status">viewing, typing or idle.</param>
internal sealed record Attending(string Status, DateTimeOffset At);

/// <summary>Who is with a conversation, by user name; the customer as <c>customer</c>.</summary>
internal sealed record Attendance(IReadOnlyDictionary<string, Attending> People);

/// <param name="Status">viewing, typing, idle, or gone. Said again every 20 seconds while it lasts; typing while keys are pressed.</param>
internal sealed record AttendingInput(string Status) : IJsonInput<AttendingInput>
{
    public const string Typing = "typing";
    public const string Gone = "gone";

    public static AttendingInput Read(JsonFields fields) => new(fields.OneOf("status", "viewing", Typing, "idle", Gone));
}

/// <summary>Presence with conversations, in the state store; who says nothing for a while is gone.</summary>
internal sealed class Attendances(IStateStore state, TimeProvider time)
{
    private static readonly TimeSpan Stays = TimeSpan.FromSeconds(45);

    /// <summary>Who types shows it again every few seconds.</summary>
    private static readonly TimeSpan Types = TimeSpan.FromSeconds(8);

    /// <returns>Whether anything is other than before: the same again is no news.</returns>
    public async Task<bool> SayAsync(string conversation, string who, string status, CancellationToken cancellation)
    {
        var isNew = false;
        await state.UpdateAsync(Key(conversation), DeskJson.Default.Attendance, old =>
        {
            var now = time.GetUtcNow();
            var people = Current(old, now).ToDictionary();
            isNew = status == AttendingInput.Gone ? people.ContainsKey(who) : people.GetValueOrDefault(who)?.Status != status;
            if (status == AttendingInput.Gone) people.Remove(who);
            else people[who] = new Attending(status, now);
            return new Attendance(people);
        }, Stays, cancellation);
        return isNew;
    }

    /// <summary>Empty where nobody is there, or the state store does not answer.</summary>
    public async Task<Attendance> OfAsync(string conversation, CancellationToken cancellation)
    {
        try
        {
            var found = await state.GetAsync(Key(conversation), DeskJson.Default.Attendance, cancellation);
            return new Attendance(Current(found?.Value, time.GetUtcNow()));
        }
        catch (StateUnavailableException)
        {
            return new Attendance(new Dictionary<string, Attending>());
        }
    }

    private static Dictionary<string, Attending> Current(Attendance? known, DateTimeOffset now) =>
        known is null ? [] : known.People.Where(one => now - one.Value.At < (one.Value.Status == AttendingInput.Typing ? Types : Stays)).ToDictionary();

    private static string Key(string conversation) => "attendance:" + conversation;
}
