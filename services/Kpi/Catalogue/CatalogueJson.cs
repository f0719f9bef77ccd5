using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ECommerce.Channels.Kpi.Catalogue;

/// <summary>How entries are written in the database, in the seed, in events and in answers: the same everywhere.</summary>
internal static class CatalogueJson
{
    public const string Channels = "channels";
    public const string Services = "services";
    public const string Regions = "regions";
    public const string Brands = "brands";
    public const string Reasons = "reasons";
    public const string Assignments = "assignments";

    public static readonly IReadOnlyList<string> Kinds = [Channels, Services, Regions, Brands, Reasons];

    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static object Read(string kind, string content) => JsonSerializer.Deserialize(content, TypeOf(kind), Options)!;

    public static string Write(object entry) => JsonSerializer.Serialize(entry, entry.GetType(), Options);

    public static string AssignmentCode(CatalogueField field, string raw) => $"{NameOf(field)}:{raw}";

    public static string NameOf(CatalogueField field) => JsonNamingPolicy.CamelCase.ConvertName(field.ToString());

    public static string KindOf(CatalogueField field) => NameOf(field) + "s";

    private static Type TypeOf(string kind) => kind switch
    {
        Channels => typeof(Channel),
        Services => typeof(Service),
        Regions => typeof(Region),
        Brands => typeof(Brand),
        Reasons => typeof(Reason),
        Assignments => typeof(Assignment),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of entry."),
    };
}

/// <summary>Writes names by language tag: <c>{"zh-CN":"…","en":"…"}</c>.</summary>
public sealed class NamesConverter : JsonConverter<Names>
{
    public override Names Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var names = JsonSerializer.Deserialize<Dictionary<string, string>>(ref reader, options)!;
        return new Names(names["zh-CN"], names["en"]);
    }

    public override void Write(Utf8JsonWriter writer, Names value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("zh-CN", value.Chinese);
        writer.WriteString("en", value.English);
        writer.WriteEndObject();
    }
}
