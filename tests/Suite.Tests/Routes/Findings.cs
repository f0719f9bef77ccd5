using System.Text.Json;
using ECommerce.Channels.Testing;

namespace ECommerce.Channels.Suite.Tests.Routes;

/// <summary>
/// Everything that is wrong with answers, by route. An error is problem details in the caller's language, and holds nothing internal.
/// </summary>
internal sealed class Findings(RouteSuite suite)
{
    private static readonly string[] Internal =
        ["Exception", " at ECommerce", "Npgsql", "Yarp", "System.", ".cs:line", "stack", "Host=", "password=", "127.0.0.1", "localhost", "Bearer ", "chk_"];

    private readonly SortedSet<string> wrong = new(StringComparer.Ordinal);

    /// <summary>How many answers were looked at: a test that looked at none proves nothing.</summary>
    public int Answers { get; private set; }

    public string Text => string.Join('\n', wrong);

    public bool None => wrong.Count == 0;

    /// <summary>Calls in both languages, and looks at the status and at what the errors say.</summary>
    public async Task ExpectAsync(string what, Func<int, bool> status, Func<string?, Task<Answer>> call)
    {
        var chinese = await call(null);
        Expect(what, status, chinese, chinese: true);
        if (chinese.Status >= 400) Expect(what + ", in English", status, await call("en"), chinese: false);
    }

    public void Expect(string what, Func<int, bool> status, Answer answer, bool chinese)
    {
        Answers++;
        if (!status(answer.Status)) Add(what, $"{answer.Status} {Short(answer.Text)}");
        if (answer.Status < 400) return;
        foreach (var fault in Faults(answer, chinese)) Add(what, $"{answer.Status}: {fault}");
    }

    public void Add(string what, string fault) => wrong.Add($"{what}: {fault}");

    private IEnumerable<string> Faults(Answer answer, bool chinese)
    {
        foreach (var word in Internal.Append(Checkout.Folder).Append(suite.Data))
            if (answer.Text.Contains(word, StringComparison.OrdinalIgnoreCase)) yield return $"tells {word}: {Short(answer.Text)}";
        if (answer.Type != "application/problem+json")
        {
            yield return $"is {answer.Type ?? "without a type"}: {Short(answer.Text)}";
            yield break;
        }
        var problem = JsonDocument.Parse(answer.Bytes).RootElement;
        if (problem.GetProperty("type").GetString()?.StartsWith("urn:channels:problem:", StringComparison.Ordinal) != true) yield return "has no type of ours";
        if (problem.GetProperty("status").GetInt32() != answer.Status) yield return "names another status";
        var correlation = problem.GetProperty("correlationId").GetString();
        if (string.IsNullOrEmpty(correlation)) yield return "has no correlation id";
        if (correlation != answer.Correlation) yield return $"names {correlation} inside and {answer.Correlation} in its header";
        if (answer.Language != (chinese ? "zh-CN" : "en")) yield return $"says its language is {answer.Language}";
        foreach (var text in Texts(problem).Where(text => text.Any(IsChinese) != chinese)) yield return $"is in the wrong language: {text}";
    }

    /// <summary>What people read: the title and what is wrong with each field.</summary>
    private static IEnumerable<string> Texts(JsonElement problem)
    {
        yield return problem.GetProperty("title").GetString() ?? "";
        if (!problem.TryGetProperty("errors", out var errors)) yield break;
        foreach (var field in errors.EnumerateObject())
            foreach (var text in field.Value.EnumerateArray()) yield return text.GetString() ?? "";
    }

    private static bool IsChinese(char character) => character is >= '\u4e00' and <= '\u9fff';

    private static string Short(string text) => text.Length <= 300 ? text : text[..300] + "…";
}
