using System.Text;

namespace ECommerce.Channels.Suite.Tests.Routes;

/// <summary>Bodies that no route takes.</summary>
internal static class MalformedBodies
{
    private const int TwoMebibytes = 2 << 20;

    public const string EveryFieldTrue = "every field true";

    /// <summary>Those of <see cref="All"/> that some route does take.</summary>
    public static readonly IReadOnlySet<string> MayBeRight = new HashSet<string> { "every field []", "every field [null]" };

    public static IReadOnlyDictionary<string, Body> All()
    {
        var bodies = new Dictionary<string, Body>
        {
            ["no bytes"] = Json(""),
            ["broken JSON"] = Json("""{"name": "a", "roles": ["""),
            ["two values"] = Json("{} {}"),
            ["a comment"] = Json("{} // so"),
            ["broken UTF-8"] = new([.. "{\"name\": \""u8, 0xC3, 0x28, 0xED, 0xA0, 0x80, .. "\"}"u8]),
            ["UTF-16"] = new(Encoding.Unicode.GetBytes("""{"name": "a"}""")),
            ["zero bytes"] = new(new byte[64]),
            ["a field twice"] = Json("""{"name": "a", "name": "b", "id": "a", "id": "b"}"""),
            ["deep lists"] = Json(new string('[', 100_000) + new string(']', 100_000)),
            ["deep objects"] = Json(string.Concat(Enumerable.Repeat("""{"a":""", 20_000)) + "1" + new string('}', 20_000)),
            ["2 MiB of a string"] = Json($$"""{"name": "{{new string('x', TwoMebibytes)}}"}"""),
            ["2 MiB of blanks"] = Json(new string(' ', TwoMebibytes)),
        };
        foreach (var value in new[] { "null", "true", "17", "\"text\"", "[]", "[{}]", "[null]" }) bodies["just " + value] = Json(value);
        foreach (var value in Wrong) bodies["every field " + value] = EveryField(value);
        return bodies;
    }

    /// <summary>What is right for no field at once: each route has one that is to be something else.</summary>
    private static IReadOnlyList<string> Wrong =>
    [
        "true", "-1", "0.5", "1e999", "99999999999999999999999999", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"x\\u202e\"", "\"-292277022-01-01T00:00:00Z\"",
        "[]", "[[[]]]", "[null]", "[{}]", "{}", "{\"zh-CN\":{}}", "{\"\\ud800\":1}", "\"" + new string('9', 5_000) + "\"",
    ];

    private static Body EveryField(string value)
    {
        // The catalogue's bodies have no schema in the documents.
        string[] more =
        [
            "code", "names", "electronic", "assisted", "unitCost", "position", "group", "value", "risk", "standard", "offloadable", "unitCosts", "parent",
            "validFrom", "field", "raw", "from", "numerator", "denominator", "minimum", "basket",
        ];
        var fields = RouteDocuments.Fields().Union(more).Select(name => $"\"{name}\":{value}");
        return Json("{" + string.Join(',', fields) + "}");
    }

    private static Body Json(string text) => new(Encoding.UTF8.GetBytes(text));
}
