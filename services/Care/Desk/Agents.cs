using ECommerce.Channels.Care.Calendars;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Care.Desk;

/// <summary>What an agent can be asked about, and how much at a time.</summary>
/// <param name="User">User name.</param>
/// <param name="Skills">Codes; <c>*</c> is anything.</param>
/// <param name="Capacity">Conversations at a time, 1 to 50.</param>
internal sealed record Agent(string User, IReadOnlyList<string> Skills, int Capacity, int Revision)
{
    public const string AnySkill = "*";
    public const int MostCapacity = 50;
}

/// <param name="Skills">1 to 50 codes; <c>*</c> is anything.</param>
/// <param name="Capacity">1 to 50.</param>
internal sealed record AgentInput(IReadOnlyList<string> Skills, int Capacity) : IJsonInput<AgentInput>
{
    private const int MostSkills = 50;

    public static AgentInput Read(JsonFields fields) => new(
        [.. fields.Values("skills", 1, MostSkills, (item, at) =>
        {
            var skill = JsonFields.Text(item) ?? "";
            if (skill != Agent.AnySkill && !Codes.IsCode(skill)) fields.Errors.Add(at, Codes.Wrong.Chinese, Codes.Wrong.English);
            return skill;
        }).Distinct()],
        (int)fields.Integer("capacity", 1, Agent.MostCapacity));
}

/// <summary>Whether an agent takes conversations now, as last said by the agent's desk.</summary>
/// <param name="Status">available: takes new ones; away: keeps those there are.</param>
/// <param name="Regions">Granted codes; null is all.</param>
/// <param name="Since">Of this status.</param>
internal sealed record Duty(string User, string Status, IReadOnlyList<string>? Regions, DateTimeOffset Since, DateTimeOffset SeenAt)
{
    public const string Available = "available";
    public const string Away = "away";

    /// <summary>Not on duty: what the agent has goes back to the queue.</summary>
    public const string Off = "off";
}

/// <param name="Status">available, away or off. Said again at least every 30 seconds by a desk that is open.</param>
internal sealed record DutyInput(string Status) : IJsonInput<DutyInput>
{
    public static DutyInput Read(JsonFields fields) => new(fields.OneOf("status", Duty.Available, Duty.Away, Duty.Off));
}
