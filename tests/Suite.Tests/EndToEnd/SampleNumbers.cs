using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.EndToEnd;

/// <summary>The phone numbers of the sample export, to be looked for where none may be.</summary>
internal sealed partial class SampleNumbers
{
    private readonly HashSet<string> numbers = [];

    public static async Task<SampleNumbers> ReadAsync(CancellationToken cancellation)
    {
        await using var gzip = new GZipStream(File.OpenRead(Checkout.Data("boss-export.csv.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.Latin1);
        var found = new SampleNumbers();
        await reader.ReadLineAsync(cancellation);
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            if (line.Split(',') is [_, _, { Length: 11 } number, ..] && number.All(char.IsAsciiDigit)) found.numbers.Add(number);
        }
        Assert.True(found.numbers.Count > 19_000);
        return found;
    }

    /// <summary>Looks at every run of eleven digits.</summary>
    public void ExpectNone(string text, string where)
    {
        foreach (var match in Eleven().EnumerateMatches(text))
            Assert.False(
                numbers.Contains(text.Substring(match.Index, match.Length)),
                $"a phone number is in {where}: …{text[Math.Max(0, match.Index - 60)..match.Index]}");
    }

    [GeneratedRegex("(?<![0-9])1[3-9][0-9]{9}(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Eleven();
}
