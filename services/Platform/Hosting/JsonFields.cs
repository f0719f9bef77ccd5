using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>
/// Reads the fields of a JSON object one by one and records everything that is wrong, so that a caller learns of every wrong field at
/// once. A reading that fails records its error and returns a placeholder: look at <see cref="Errors"/> before using any value.
/// A field that is null counts as missing; fields nobody asks for are ignored. Fields inside are named <c>outer.inner</c> and
/// <c>list.3.inner</c>.
/// </summary>
public sealed partial class JsonFields
{
    private static readonly Text NoObject = new("须为 JSON 对象", "Must be a JSON object");
    private readonly JsonElement element;
    private readonly string prefix;

    public JsonFields(JsonElement element, FieldErrors? errors = null, string prefix = "")
    {
        this.element = element;
        this.prefix = prefix;
        Errors = errors ?? new FieldErrors();
        if (element.ValueKind != JsonValueKind.Object) Errors.Add(prefix.Length == 0 ? "body" : prefix.TrimEnd('.'), NoObject);
    }

    public FieldErrors Errors { get; }

    /// <summary>Whether the field is there, null included: what a partial edit asks.</summary>
    public bool Has(string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _);

    /// <summary>A text of <paramref name="min"/> to <paramref name="max"/> characters (UTF-16) without control characters.</summary>
    public string String(string name, int min = 1, int max = 64) => Required(name, value => ReadString(name, value, min, max)) ?? "";

    public string? OptionalString(string name, int max = 64) => Optional(name, value => ReadString(name, value, 0, max));

    /// <summary>A text of several lines: line breaks and tabs are allowed.</summary>
    public string LongText(string name, int min, int max) => Required(name, value => ReadString(name, value, min, max, lines: true)) ?? "";

    public string? OptionalLongText(string name, int max) => Optional(name, value => ReadString(name, value, 0, max, lines: true));

    /// <summary>A code: 1–64 of <c>A-Z a-z 0-9 . _ : -</c>.</summary>
    public string Code(string name) => Required(name, value => ReadCode(name, value)) ?? "";

    public string? OptionalCode(string name) => Optional(name, value => ReadCode(name, value));

    /// <summary>One of the given words.</summary>
    public string OneOf(string name, params string[] words) => Required(name, value => ReadOneOf(name, value, words)) ?? "";

    public string? OptionalOneOf(string name, params string[] words) => Optional(name, value => ReadOneOf(name, value, words));

    /// <summary>A whole number; <c>3.0</c>, <c>"3"</c> and what does not fit are refused.</summary>
    public long Integer(string name, long min = long.MinValue, long max = long.MaxValue) =>
        RequiredValue(name, value => ReadInteger(name, value, min, max)) ?? 0;

    public long? OptionalInteger(string name, long min = long.MinValue, long max = long.MaxValue) =>
        OptionalValue(name, value => ReadInteger(name, value, min, max));

    /// <summary>A finite number.</summary>
    public double Number(string name, double min = double.MinValue, double max = double.MaxValue) =>
        RequiredValue(name, value => ReadNumber(name, value, min, max)) ?? 0;

    public double? OptionalNumber(string name, double min = double.MinValue, double max = double.MaxValue) =>
        OptionalValue(name, value => ReadNumber(name, value, min, max));

    public bool Bool(string name) => RequiredValue(name, value => ReadBool(name, value)) ?? false;

    public bool? OptionalBool(string name) => OptionalValue(name, value => ReadBool(name, value));

    /// <summary>A date <c>2026-09-28</c>.</summary>
    public DateOnly Date(string name) => RequiredValue(name, value => ReadDate(name, value)) ?? default;

    public DateOnly? OptionalDate(string name) => OptionalValue(name, value => ReadDate(name, value));

    /// <summary>An instant: RFC 3339 with an offset.</summary>
    public DateTimeOffset Instant(string name) => RequiredValue(name, value => ReadInstant(name, value)) ?? default;

    public DateTimeOffset? OptionalInstant(string name) => OptionalValue(name, value => ReadInstant(name, value));

    /// <summary>The object in a field; where it is missing or none, an empty one whose fields are not complained about.</summary>
    public JsonFields Object(string name)
    {
        var found = Find(name);
        if (found is null) Missing(name);
        return OptionalObject(name) ?? new JsonFields(default, new FieldErrors(), prefix + name + ".");
    }

    public JsonFields? OptionalObject(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Object) return new JsonFields(value, Errors, prefix + name + ".");
        Fail(name, NoObject);
        return null;
    }

    /// <summary>A list of at most <paramref name="max"/> objects, each read by the function; an empty list where it is wrong.</summary>
    public IReadOnlyList<T> Objects<T>(string name, int min, int max, Func<JsonFields, T> read) =>
        Items(name, min, max, required: true, (item, at) => read(new JsonFields(item, Errors, at + "."))) ?? [];

    /// <summary>A list of texts, each of 1 to <paramref name="maxLength"/> characters.</summary>
    public IReadOnlyList<string> Strings(string name, int min, int max, int maxLength = 64) =>
        Items(name, min, max, required: true, (item, at) => ReadString(at, item, 1, maxLength, absolute: true) ?? "") ?? [];

    /// <summary>The same, or null where the field is not there.</summary>
    public IReadOnlyList<string>? OptionalStrings(string name, int max, int maxLength = 64) =>
        Items(name, 0, max, required: false, (item, at) => ReadString(at, item, 1, maxLength, absolute: true) ?? "");

    /// <summary>A list whose items the function reads by itself; what is wrong it adds to <see cref="Errors"/> under the name it is given.</summary>
    public IReadOnlyList<T> Values<T>(string name, int min, int max, Func<JsonElement, string, T> read) =>
        Items(name, min, max, required: true, read) ?? [];

    /// <summary>Every field with its value as it came, for maps whose keys are data.</summary>
    public IEnumerable<(string Name, JsonElement Value)> All()
    {
        if (element.ValueKind != JsonValueKind.Object) yield break;
        foreach (var property in element.EnumerateObject()) yield return (property.Name, property.Value);
    }

    public void Fail(string name, string chinese, string english) => Fail(name, new Text(chinese, english));

    public void Fail(string name, Text message) => Errors.Add(prefix + name, message);

    /// <summary>What is wrong with a text that is no JSON, or that the framework could not bind.</summary>
    internal static FieldErrors Malformed(JsonException exception)
    {
        var errors = new FieldErrors();
        Malformed(exception, errors);
        return errors;
    }

    internal static void Malformed(JsonException exception, FieldErrors errors)
    {
        var field = FieldOf(exception.Path);
        if (field.Length > 0)
            errors.Add(field, "类型或格式不对", "Has the wrong type or format");
        else
            errors.Add("body", $"不是合法的 JSON（第 {exception.LineNumber + 1} 行）", $"Is not valid JSON (line {exception.LineNumber + 1})");
    }

    /// <summary><c>$.items[3].name</c> → <c>items.3.name</c>.</summary>
    private static string FieldOf(string? path) =>
        path is null ? "" : path.TrimStart('$').Replace("['", ".").Replace("']", "").Replace('[', '.').Replace("]", "").TrimStart('.');

    private JsonElement? Find(string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private void Missing(string name)
    {
        if (element.ValueKind == JsonValueKind.Object) Fail(name, "不能为空", "Is required");
    }

    private string? Required(string name, Func<JsonElement, string?> read)
    {
        if (Find(name) is { } value) return read(value);
        Missing(name);
        return null;
    }

    private string? Optional(string name, Func<JsonElement, string?> read) => Find(name) is { } value ? read(value) : null;

    private T? RequiredValue<T>(string name, Func<JsonElement, T?> read)
        where T : struct
    {
        if (Find(name) is { } value) return read(value);
        Missing(name);
        return null;
    }

    private T? OptionalValue<T>(string name, Func<JsonElement, T?> read)
        where T : struct => Find(name) is { } value ? read(value) : null;

    private List<T>? Items<T>(string name, int min, int max, bool required, Func<JsonElement, string, T> read)
    {
        if (Find(name) is not { } value)
        {
            if (required) Missing(name);
            return null;
        }
        if (value.ValueKind != JsonValueKind.Array)
        {
            Fail(name, "须为数组", "Must be a list");
            return null;
        }
        var count = value.GetArrayLength();
        if (count < min || count > max)
        {
            Fail(name, $"须有 {min} 至 {max} 项", $"Must have {min} to {max} items");
            return null;
        }
        var at = 0;
        return [.. value.EnumerateArray().Select(item => read(item, $"{prefix}{name}.{at++}"))];
    }

    private string? ReadString(string name, JsonElement value, int min, int max, bool lines = false, bool absolute = false)
    {
        var at = absolute ? name : prefix + name;
        if (Text(value) is not { } text)
        {
            Errors.Add(at, "须为文本", "Must be a text");
            return null;
        }
        if (text.Length < min || text.Length > max)
            Errors.Add(at, $"长度须在 {min} 至 {max} 个字符之间", $"Must have {min} to {max} characters");
        if (text.Any(character => char.IsControl(character) && !(lines && character is '\n' or '\r' or '\t')))
            Errors.Add(at, "不能含控制字符", "Must not hold control characters");
        return text;
    }

    /// <summary>The text, or null where it is none: another type, or half of a surrogate pair.</summary>
    public static string? Text(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private string? ReadCode(string name, JsonElement value)
    {
        if (Text(value) is { } text && CodeShape().IsMatch(text)) return text;
        Fail(name, "须为 1 至 64 个字母、数字或 . _ : -", "Must be 1 to 64 letters, digits or . _ : -");
        return null;
    }

    private string? ReadOneOf(string name, JsonElement value, string[] words)
    {
        if (Text(value) is { } text && words.Contains(text)) return text;
        Fail(name, $"须为 {string.Join("、", words)} 之一", $"Must be one of {string.Join(", ", words)}");
        return null;
    }

    private long? ReadInteger(string name, JsonElement value, long min, long max)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number))
            Fail(name, "须为整数", "Must be a whole number");
        else if (number < min || number > max)
            Fail(name, Range(min, max));
        else
            return number;
        return null;
    }

    private static Text Range(long min, long max) => (min, max) switch
    {
        (_, long.MaxValue) => new($"不能小于 {min}", $"Must be at least {min}"),
        (long.MinValue, _) => new($"不能大于 {max}", $"Must be at most {max}"),
        _ => new($"须在 {min} 至 {max} 之间", $"Must be between {min} and {max}"),
    };

    private double? ReadNumber(string name, JsonElement value, double min, double max)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number) || !double.IsFinite(number))
            Fail(name, "须为数字", "Must be a number");
        else if (number < min || number > max)
            Fail(name, $"须在 {min} 至 {max} 之间", $"Must be between {min} and {max}");
        else
            return number;
        return null;
    }

    private bool? ReadBool(string name, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Fail(name, "须为 true 或 false", "Must be true or false");
        return null;
    }

    private DateOnly? ReadDate(string name, JsonElement value)
    {
        if (DateOnly.TryParseExact(Text(value), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        Fail(name, "须为日期，如 2026-09-28", "Must be a date like 2026-09-28");
        return null;
    }

    private DateTimeOffset? ReadInstant(string name, JsonElement value)
    {
        if (Text(value) is { } text && InstantShape().IsMatch(text) && value.TryGetDateTimeOffset(out var instant)) return instant;
        Fail(name, "须为带时区的时间，如 2026-09-28T13:00:00+08:00", "Must be a time with its offset, like 2026-09-28T13:00:00+08:00");
        return null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9._:-]{1,64}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeShape();

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?(Z|[+-]\d{2}:\d{2})\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InstantShape();
}
