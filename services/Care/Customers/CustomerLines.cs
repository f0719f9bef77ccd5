using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Care.Customers;

/// <summary>One line as it is sent; the schema of what <see cref="CustomerLine"/> reads.</summary>
internal sealed record CustomerInput(
    string Customer, string? Stage, string? Tier, string? Brand, string? Region, string? Language, IReadOnlyList<string>? Tags, string? PreferredChannel,
    string? Manager, string? Address, string? Note, IReadOnlyList<ConsentEdit>? Consents);

/// <summary>One line of a list: a customer as the directory is to hold it, and what the customer agreed to.</summary>
/// <param name="Customer">The pseudonym.</param>
/// <param name="Consents">At most 100.</param>
internal sealed record CustomerLine(string Customer, CustomerEdit Edit, IReadOnlyList<ConsentEdit> Consents)
{
    private const int MostConsents = 100;

    public static CustomerLine Read(JsonFields fields, KnownCatalogue catalogue, DateTimeOffset now) => new(
        CustomerRules.Read(fields),
        CustomerEdit.Read(fields, catalogue),
        fields.Has("consents") ? fields.Objects("consents", 0, MostConsents, one => ConsentEdit.Read(one, catalogue, now)) : []);
}

/// <summary>A line that was not taken, and why; lines count from 1, blank ones too.</summary>
public sealed record RejectedCustomer(int Line, IReadOnlyDictionary<string, string[]> Errors);

/// <summary>The customers of a body of JSON lines, and the lines that are wrong. Of a customer who comes twice the last line counts.</summary>
internal sealed class CustomerLines
{
    public const int MaxLines = 5_000;
    public const int MaxBytes = 8 << 20;

    /// <summary>The first so many rejects are listed; all of them are counted.</summary>
    public const int ListedRejects = 1_000;

    private readonly SortedDictionary<string, CustomerLine> customers = new(StringComparer.Ordinal);
    private readonly List<(int Line, FieldErrors Errors)> rejected = [];

    /// <summary>By pseudonym.</summary>
    public IReadOnlyCollection<CustomerLine> Customers => customers.Values;

    public int Accepted { get; private set; }

    public int RejectedTotal => rejected.Count;

    /// <returns>Null where there are more lines than <see cref="MaxLines"/>.</returns>
    public static CustomerLines? Read(ReadOnlyMemory<byte> body, KnownCatalogue catalogue, DateTimeOffset now)
    {
        var lines = new CustomerLines();
        for (var number = 1; !body.IsEmpty; number++)
        {
            if (number > MaxLines) return null;
            var end = body.Span.IndexOf((byte)'\n');
            var text = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (!text.Span.Trim(" \t\r"u8).IsEmpty) lines.Add(number, text, catalogue, now);
        }
        return lines;
    }

    public IReadOnlyList<RejectedCustomer> Rejected(string language) =>
        [.. rejected.Take(ListedRejects).Select(one => new RejectedCustomer(one.Line, one.Errors.In(language)))];

    private void Add(int number, ReadOnlyMemory<byte> text, KnownCatalogue catalogue, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        if (JsonInput.TryParse(text, errors) is { } element)
        {
            var line = CustomerLine.Read(new JsonFields(element, errors), catalogue, now);
            if (!errors.Any)
            {
                Accepted++;
                customers[line.Customer] = line;
            }
        }
        if (errors.Any) rejected.Add((number, errors));
    }
}
