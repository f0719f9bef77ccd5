using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ECommerce.Channels.Platform.Audit;

/// <summary>
/// One change by a person or program, or one disclosure of personal data. Never a phone number or message text in it: ids only.
/// Control characters are replaced, and texts over 512 characters cut, so that no input of a caller can prevent its own audit line.
/// </summary>
public sealed record AuditEntry
{
    private const int Longest = 512;

    /// <param name="actor">Who: <c>Caller.Subject</c>, or <c>system</c>.</param>
    /// <param name="action">What, as noun and past participle: <c>key.created</c>, <c>pseudonyms.read</c>.</param>
    /// <param name="subject">To what: the id of the thing.</param>
    /// <param name="details">Any more, as an object that becomes JSON; null for none.</param>
    public AuditEntry(string actor, string action, string subject, object? details = null)
    {
        Actor = Clean(actor);
        Action = Clean(action);
        Subject = Clean(subject);
        Details = CanonicalJson.Of(details as JsonNode ?? JsonSerializer.SerializeToNode(details, JsonSerializerOptions.Web));
    }

    public string Actor { get; }

    public string Action { get; }

    public string Subject { get; }

    /// <summary>Canonical JSON; <c>null</c> where there are none.</summary>
    public string Details { get; }

    private static string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var clean = new StringBuilder(Math.Min(text.Length, Longest));
        // Lone surrogates come out of the enumeration as U+FFFD already.
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > Longest - 1) return clean.Append('…').ToString();
            clean.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        }
        return clean.ToString();
    }
}

/// <summary>A row of the chain.</summary>
/// <param name="Number">1, 2, 3, … without a gap.</param>
/// <param name="Details">Canonical JSON.</param>
public sealed record AuditRow(long Number, DateTime At, string Actor, string Action, string Subject, string Details);

/// <summary>An end of the chain, as it was published outside of the database.</summary>
public sealed record AuditHead(string Service, long Number, string Hash, DateTimeOffset At);
