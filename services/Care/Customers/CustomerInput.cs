using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Care.Customers;

/// <summary>What the directory is to hold about a customer. Attributes that are missing are taken out; what is sealed stays unless it is named.</summary>
/// <param name="Tags">At most 24 of 32 characters.</param>
/// <param name="Address">Contact address, sealed: up to 200 characters; an empty text takes it out.</param>
/// <param name="Note">Personal free text, sealed: up to 2,000 characters; numbers in it are masked; an empty text takes it out.</param>
internal sealed record CustomerEdit(
    string? Stage, string? Tier, string? Brand, string? Region, string? Language, IReadOnlyList<string> Tags, string? PreferredChannel, string? Manager,
    string? Address, string? Note)
{
    private const int MostTags = 24;
    private const int LongestTag = 32;
    private const int LongestAddress = 200;
    private const int LongestNote = 2_000;

    public static CustomerEdit Read(JsonFields fields, KnownCatalogue catalogue) => new(
        fields.OptionalOneOf("stage", CustomerRules.Stages),
        fields.OptionalOneOf("tier", CustomerRules.Tiers),
        Known(fields, "brand", catalogue.Brands.Contains),
        Known(fields, "region", catalogue.Regions.Contains),
        fields.OptionalOneOf("language", CustomerRules.Languages),
        [.. (fields.OptionalStrings("tags", MostTags, LongestTag) ?? []).Select(tag => PhoneNumbers.Mask(tag)).Distinct().Order(StringComparer.Ordinal)],
        Known(fields, "preferredChannel", catalogue.Channels.ContainsKey),
        fields.OptionalString("manager") is { Length: > 0 } manager ? manager : null,
        fields.OptionalString("address", LongestAddress),
        PhoneNumbers.Mask(fields.OptionalLongText("note", LongestNote)));

    /// <summary>Whether the customer would be the same after it.</summary>
    public bool IsAlready(Customer one) =>
        Address is null && Note is null && one.Stage == Stage && one.Tier == Tier && one.Brand == Brand && one.Region == Region && one.Language == Language
        && one.PreferredChannel == PreferredChannel && one.Manager == Manager && one.Tags.SequenceEqual(Tags);

    private static string? Known(JsonFields fields, string name, Func<string, bool> isKnown)
    {
        var code = fields.OptionalCode(name);
        if (code is not null && !isKnown(code)) fields.Fail(name, "目录中没有此代码", "Is not in the catalogue");
        return code;
    }
}

/// <summary>A yes or no of a customer, to be recorded.</summary>
/// <param name="Purpose">marketing, survey, guidance or care.</param>
/// <param name="Channel">A channel of the catalogue.</param>
/// <param name="At">When the customer said it; now unless given. Not ahead of the clock by more than 15 minutes.</param>
/// <param name="Origin">Where it was said, or which list it comes from; a code.</param>
internal sealed record ConsentEdit(string Purpose, string Channel, bool Given, DateTimeOffset? At, string? Origin)
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(15);
    private static readonly DateTimeOffset First = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static ConsentEdit Read(JsonFields fields, KnownCatalogue catalogue, DateTimeOffset now)
    {
        var edit = new ConsentEdit(
            fields.OneOf("purpose", [.. ConsentPurposes.All]), fields.Code("channel"), fields.Bool("given"), fields.OptionalInstant("at"), fields.OptionalCode("origin"));
        if (edit.Channel.Length > 0 && !catalogue.Channels.ContainsKey(edit.Channel)) fields.Fail("channel", "目录中没有此代码", "Is not in the catalogue");
        if (edit.At < First || edit.At > now + Ahead) fields.Fail("at", "须在 2000 年之后，且不晚于现在", "Must be after 2000 and not in the future");
        return edit;
    }
}

/// <summary>A phone number to be looked up, in any spelling; in the body, so that it is in no log of addresses.</summary>
internal sealed record LookupInput(string Number) : IJsonInput<LookupInput>
{
    public static LookupInput Read(JsonFields fields) => new(fields.String("number", 1, 64));
}
