using System.Reflection;
using System.Text;

namespace ECommerce.Channels.Platform.Tests.Storage;

/// <summary>An assembly that holds the given scripts of the set "Things": <c>("0001_first", "CREATE …")</c>.</summary>
internal sealed class FakeScripts(params (string Name, string Sql)[] scripts) : Assembly
{
    public const string Set = "Things";

    public override string[] GetManifestResourceNames() => [.. scripts.Select(script => $"Fake.{Set}.Sql.{script.Name}.sql")];

    public override Stream? GetManifestResourceStream(string name) =>
        new MemoryStream(Encoding.UTF8.GetBytes(scripts.Single(script => name == $"Fake.{Set}.Sql.{script.Name}.sql").Sql));
}
