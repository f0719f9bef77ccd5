using System.Security.Cryptography;
using System.Text;

namespace ECommerce.Channels.Gateway.Access;

/// <summary>An API key as its holder sends it: <c>chk_ID_SECRET</c>. The whole text is hashed, and only the hash is kept.</summary>
internal sealed record ApiKeySecret(string Id, string Text)
{
    private const string Prefix = "chk_";
    private const int LongestText = 200;
    private const int ShortestSecret = 32;

    public byte[] Sha256 => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    public static ApiKeySecret New(string id) => new(id, $"{Prefix}{id}_{RandomNumberGenerator.GetHexString(48, lowercase: true)}");

    public static string NewId() => RandomNumberGenerator.GetHexString(12, lowercase: true);

    /// <summary>The parts of a key, or null for what cannot be one.</summary>
    public static ApiKeySecret? Parse(string text)
    {
        if (text.Length > LongestText || !text.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var end = text.IndexOf('_', Prefix.Length);
        return end > Prefix.Length && text.Length - end - 1 >= ShortestSecret ? new ApiKeySecret(text[Prefix.Length..end], text) : null;
    }
}
