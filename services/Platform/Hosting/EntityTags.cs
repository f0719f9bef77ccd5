using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>
/// ETag and If-Match for what two people can edit: the tag is the row's version. A handler reads, calls <see cref="IfMatch"/>, and its
/// store writes <c>WHERE version = $n</c> with the same version, so that nobody slips in between.
/// </summary>
public static class EntityTags
{
    public static string Of(long version) => $"\"{version}\"";

    /// <summary>Puts the version's tag on the answer.</summary>
    public static void Tag(this HttpResponse response, long version) => response.Headers.ETag = Of(version);

    /// <summary>
    /// <c>null</c> where the edit may go on. 412 where the caller read another version (a weak tag never matches); 400 where the header is
    /// no list of tags; 428 where it is missing and <paramref name="required"/>.
    /// </summary>
    public static Problem? IfMatch(HttpRequest request, long current, bool required = false)
    {
        if (request.Headers.IfMatch.Count == 0) return required ? Problem.PreconditionRequired() : null;
        if (!EntityTagHeaderValue.TryParseStrictList(request.Headers.IfMatch, out var tags))
            return Problem.BadInput("If-Match", "不是合法的 ETag", "Is no list of entity tags");
        var tag = new EntityTagHeaderValue(Of(current));
        var matches = tags.Any(sent => sent.Equals(EntityTagHeaderValue.Any) || sent.Compare(tag, useStrongComparison: true));
        return matches ? null : Problem.PreconditionFailed();
    }

    /// <summary>Whether the caller has this version already (If-None-Match): answer 304.</summary>
    public static bool IsKnown(HttpRequest request, long current)
    {
        if (!EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var tags)) return false;
        var tag = new EntityTagHeaderValue(Of(current));
        return tags.Any(sent => sent.Equals(EntityTagHeaderValue.Any) || sent.Compare(tag, useStrongComparison: false));
    }
}
