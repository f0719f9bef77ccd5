using System.Text.RegularExpressions;
using ECommerce.Channels.Care.Calendars;
using ECommerce.Channels.Care.Tickets;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Care.Knowledge;

/// <summary>A new article as it is asked for. Phone numbers in texts are masked, in codes and tags refused.</summary>
/// <param name="Language">zh-CN or en.</param>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="Body">Markdown, 1 to 20,000 characters.</param>
/// <param name="Audience">customer: may be offered to customers; or internal.</param>
/// <param name="Tags">Words by which it is found too, such as synonyms: at most 20, of up to 32 letters, digits, dots and dashes of any script.</param>
/// <param name="Service">A service of the catalogue.</param>
/// <param name="Product">A code.</param>
/// <param name="TranslationOf">The article that it says in another language.</param>
internal sealed record ArticleInput(
    string Language, string Title, string Body, string Audience, IReadOnlyList<string>? Tags = null, string? Service = null, string? Product = null,
    string? TranslationOf = null)
{
    public static ArticleInput Read(JsonFields fields, KnownCatalogue catalogue)
    {
        var content = DraftInput.Read(fields, catalogue);
        return new ArticleInput(
            fields.OneOf("language", Article.Languages), content.Title, content.Body, content.Audience, content.Tags, content.Service, content.Product,
            fields.OptionalCode("translationOf"));
    }

    /// <param name="original">The article that it is said to translate; null where there is none.</param>
    public void JudgeOriginal(JsonFields fields, Article? original)
    {
        if (original is null) fields.Fail("translationOf", "没有这篇文章", "There is no such article");
        else if (original.Language == Language) fields.Fail("translationOf", "须为另一种语言的文章", "Must be an article in another language");
    }

    /// <summary>What it says, as it will be kept.</summary>
    public ArticleContent Content() => new(Title, Body, Tags!, Service, Product, Audience);
}

/// <summary>What an article is to say from now on, all of it.</summary>
/// <param name="Title">As for a new one, like all others.</param>
internal sealed record DraftInput(
    string Title, string Body, string Audience, IReadOnlyList<string>? Tags = null, string? Service = null, string? Product = null)
{
    public static ArticleContent Read(JsonFields fields, KnownCatalogue catalogue) => new(
        PhoneNumbers.Mask(fields.String("title", 1, 200)), PhoneNumbers.Mask(fields.LongText("body", 1, 20_000)), ArticleTags.Read(fields),
        TicketFields.Known(fields, "service", catalogue.Services.ContainsKey), Codes.Read(fields, "product"), fields.OneOf("audience", Article.Audiences));
}

/// <summary>Tags: words of any script, since what customers say for a thing is a tag too.</summary>
internal static partial class ArticleTags
{
    private const int Most = 20;
    private const int Longest = 32;

    public static IReadOnlyList<string> Read(JsonFields fields)
    {
        List<string> tags = [.. (fields.OptionalStrings("tags", Most, Longest) ?? []).Select(SearchText.Fold)];
        for (var at = 0; at < tags.Count; at++)
        {
            if (!Shape().IsMatch(tags[at]) || PhoneNumbers.Mask(tags[at]) != tags[at])
                fields.Fail($"tags.{at}", "须为字母、数字、汉字或 . - ，且不是电话号码", "Must be letters, digits, dots or dashes and no phone number");
        }
        return [.. tags.Distinct()];
    }

    [GeneratedRegex(@"^[\p{L}\p{Nd}][\p{L}\p{Nd}.-]*\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shape();
}

/// <param name="Reason">1 to 500 characters; its author reads it.</param>
internal sealed record RejectInput(string Reason) : IJsonInput<RejectInput>
{
    public static RejectInput Read(JsonFields fields) => new(PhoneNumbers.Mask(fields.LongText("reason", 1, 500)));
}

/// <param name="Version">Number of the version whose content is to be the next draft.</param>
internal sealed record RevertInput(int Version) : IJsonInput<RevertInput>
{
    public static RevertInput Read(JsonFields fields) => new((int)fields.Integer("version", 1, int.MaxValue));
}

/// <param name="Outcome">inserted (into an answer), offered (to a customer), helpful or not-helpful.</param>
/// <param name="Conversation">The conversation it was used in.</param>
/// <param name="Reason">A code: why it was not helpful, for one.</param>
internal sealed record UseInput(string Outcome, string? Conversation = null, string? Reason = null) : IJsonInput<UseInput>
{
    public static readonly string[] Outcomes = ["inserted", "offered", "helpful", "not-helpful"];

    public static UseInput Read(JsonFields fields) =>
        new(fields.OneOf("outcome", Outcomes), Codes.Read(fields, "conversation"), Codes.Read(fields, "reason"));
}

/// <summary>What is looked for. It is kept nowhere.</summary>
/// <param name="Text">1 to 500 characters: words, or a question as it was asked.</param>
/// <param name="Language">zh-CN or en; both unless given.</param>
/// <param name="Audience">customer or internal; both unless given, and customer alone for portals.</param>
/// <param name="Service">A service of the catalogue.</param>
/// <param name="Tag">One that it must have.</param>
/// <param name="Limit">1 to 50; 10 unless given.</param>
internal sealed record ArticleQuery(
    string Text, string? Language = null, string? Audience = null, string? Service = null, string? Tag = null, int? Limit = null) : IJsonInput<ArticleQuery>
{
    public static ArticleQuery Read(JsonFields fields) => new(
        fields.LongText("text", 1, 500), fields.OptionalOneOf("language", Article.Languages), fields.OptionalOneOf("audience", Article.Audiences),
        fields.OptionalCode("service"), fields.OptionalString("tag") is { } tag ? SearchText.Fold(tag) : null, (int)(fields.OptionalInteger("limit", 1, 50) ?? 10));
}
