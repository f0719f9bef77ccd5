namespace ECommerce.Channels.Platform.Hosting;

/// <summary>What is wrong with an input, field by field. Every wrong field is named, not only the first.</summary>
public sealed class FieldErrors
{
    private readonly SortedDictionary<string, List<Text>> errors = new(StringComparer.Ordinal);

    public bool Any => errors.Count > 0;

    public IEnumerable<string> Fields => errors.Keys;

    public void Add(string field, string chinese, string english) => Add(field, new Text(chinese, english));

    public void Add(string field, Text message)
    {
        if (!errors.TryGetValue(field, out var messages)) errors[field] = messages = [];
        messages.Add(message);
    }

    public IReadOnlyDictionary<string, string[]> In(string language) =>
        errors.ToDictionary(pair => pair.Key, pair => pair.Value.Select(text => text.In(language)).ToArray());
}
