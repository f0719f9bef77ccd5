using System.Text.Json.Serialization;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.State;
using Microsoft.Net.Http.Headers;

namespace ECommerce.Channels.Kpi.Views;

/// <summary>How somebody likes the console; null where he did not say.</summary>
/// <param name="Language">zh-CN or en.</param>
/// <param name="Theme">light, dark or system.</param>
/// <param name="DirectionColours">What colours say of up and down: neutral, green-up or red-up.</param>
/// <param name="Shortcuts">Whether single keys do anything.</param>
/// <param name="Checklist">Steps of the first use, and whether they are done.</param>
internal sealed record Preferences(
    string? Language, string? Theme, string? DirectionColours, bool? Shortcuts, IReadOnlyDictionary<string, bool>? Checklist) : IJsonInput<Preferences>
{
    private const int MostSteps = 50;

    public static readonly Preferences None = new(null, null, null, null, null);

    public static Preferences Read(JsonFields fields) => new(
        fields.OptionalOneOf("language", "zh-CN", "en"), fields.OptionalOneOf("theme", "light", "dark", "system"),
        fields.OptionalOneOf("directionColours", "neutral", "green-up", "red-up"), fields.OptionalBool("shortcuts"), Steps(fields));

    private static Dictionary<string, bool>? Steps(JsonFields fields)
    {
        if (fields.OptionalObject("checklist") is not { } given) return null;
        var steps = new Dictionary<string, bool>();
        foreach (var (name, _) in given.All())
        {
            if (name.Length is 0 or > 64 || name.Any(char.IsControl)) fields.Fail("checklist", "步骤名须为 1 至 64 个字符", "A step's name has 1 to 64 characters");
            else steps[name] = given.Bool(name);
        }
        if (steps.Count > MostSteps) fields.Fail("checklist", $"最多 {MostSteps} 步", $"Must have {MostSteps} steps at most");
        return steps;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Preferences))]
internal sealed partial class PreferencesJson : JsonSerializerContext;

/// <summary>Preferences by user, in the state store: behind the Dapr sidecar where there is one.</summary>
internal sealed class PreferenceStore(IStateStore state)
{
    public Task<StateEntry<Preferences>?> FindAsync(string subject, CancellationToken cancellation) =>
        state.GetAsync(Key(subject), PreferencesJson.Default.Preferences, cancellation);

    public Task<StateResult> SaveAsync(string subject, Preferences preferences, StateCondition condition, CancellationToken cancellation) =>
        state.SaveAsync(Key(subject), preferences, PreferencesJson.Default.Preferences, condition, null, cancellation);

    /// <summary>When a request may write, by its If-Match and If-None-Match.</summary>
    public static (StateCondition Condition, Problem? Refused) ConditionOf(HttpRequest request)
    {
        if (request.Headers.IfNoneMatch == "*") return (StateCondition.Absent, null);
        if (request.Headers.IfMatch.Count == 0) return (StateCondition.Any, null);
        if (!EntityTagHeaderValue.TryParseStrictList(request.Headers.IfMatch, out var tags) || tags is not [var tag] || tag.Equals(EntityTagHeaderValue.Any))
            return (default, Problem.BadInput("If-Match", "须为一个 ETag", "Must be one entity tag"));
        var etag = tag.Tag.ToString().Trim('"');
        return tag.IsWeak || etag.Length == 0 ? (default, Problem.PreconditionFailed()) : (StateCondition.Matches(etag), null);
    }

    private static string Key(string subject) => "preferences:" + subject;
}
