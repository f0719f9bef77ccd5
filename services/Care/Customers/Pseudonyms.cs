using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Care.Customers;

/// <summary>Settings <c>Pseudonyms:*</c>.</summary>
public sealed class PseudonymOptions
{
    public const string Section = "Pseudonyms";

    /// <summary>The key file: <c>a:</c> and base64 of 32 bytes, readable by the service alone. A mounted secret in production.</summary>
    [Required]
    public string KeyFile { get; set; } = "";

    /// <summary>Makes the key at first start where the file is not there. Only where one machine is the whole installation.</summary>
    public bool MakeKey { get; set; }

    /// <exception cref="OptionsValidationException">The key is not there, broken, or readable by others: for whoever starts the service a wrong setting.</exception>
    public static Pseudonymiser Open(PseudonymOptions options)
    {
        try
        {
            if (options.MakeKey) NamedKey.EnsureFile(options.KeyFile);
            return new Pseudonymiser(NamedKey.Read(options.KeyFile)[0]);
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new OptionsValidationException(Section, typeof(PseudonymOptions), [$"{Section}:{nameof(KeyFile)}: {wrong.Message}"]);
        }
    }
}

/// <summary>Numbers to be turned into pseudonyms.</summary>
/// <param name="Numbers">At most 1,000, in any spelling; what is no number is answered <c>null</c>.</param>
internal sealed record PseudonymRequest(IReadOnlyList<string?> Numbers) : IJsonInput<PseudonymRequest>
{
    public const int Most = 1000;

    public static PseudonymRequest Read(JsonFields fields) => new(fields.Values("numbers", 0, Most, (item, at) => Read(item, at, fields.Errors)));

    private static string? Read(JsonElement item, string at, FieldErrors errors)
    {
        if (item.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)) errors.Add(at, "须为文本", "Must be a text");
        return item.ValueKind == JsonValueKind.String ? JsonFields.Text(item) : null;
    }
}

/// <summary>The pseudonyms in the order of the numbers.</summary>
/// <param name="Pseudonyms"><c>null</c> where there was no mobile number.</param>
internal sealed record PseudonymAnswer(IReadOnlyList<string?> Pseudonyms);
