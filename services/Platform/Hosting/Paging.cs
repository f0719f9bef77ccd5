using System.Buffers.Text;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>One page of a list, and the cursor of the next one; <c>null</c> at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>
    /// Cuts what a store read with <c>LIMIT limit + 1</c>. The cursor holds the sort key of the page's last item, so that rows which come
    /// and go between two pages shift nothing.
    /// </summary>
    public static Page<T> Of(IReadOnlyList<T> read, PageRequest request, Func<T, string[]> key) =>
        read.Count <= request.Limit
            ? new(read, null)
            : new([.. read.Take(request.Limit)], PageRequest.Cursor(key(read[request.Limit - 1])));
}

/// <summary>The route answers by pages; its document has the parameters for it.</summary>
internal sealed record PagedRoute;

/// <summary>
/// A handler's parameter: <c>?limit=</c> (1 to 200, default 50) and <c>?cursor=</c>, as the previous page gave it. Wrong ones are 400
/// before the handler runs.
/// </summary>
/// <param name="Limit">How many items.</param>
/// <param name="After">The sort key after which the page starts; <c>null</c> for the first page.</param>
public sealed record PageRequest(int Limit, string[]? After) : IBindableFromHttpContext<PageRequest>, IEndpointParameterMetadataProvider
{
    public const int Default = 50;
    public const int Most = 200;

    /// <summary>Announces the largest page.</summary>
    public const string Header = "X-Max-Page-Size";

    public static ValueTask<PageRequest?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        context.Response.Headers[Header] = Most.ToString();
        var errors = new FieldErrors();
        var limit = ReadLimit(context.Request.Query["limit"], errors);
        var after = ReadCursor(context.Request.Query["cursor"], errors);
        if (errors.Any) throw new ProblemException(Problem.BadInput(errors));
        return ValueTask.FromResult<PageRequest?>(new PageRequest(limit, after));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new PagedRoute());

    public static string Cursor(params string[] key) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(key));

    /// <summary>For a store whose sort key is a number.</summary>
    /// <exception cref="ProblemException">400: the cursor is not one of this list.</exception>
    public long? AfterNumber()
    {
        if (After is null) return null;
        return After.Length == 1 && long.TryParse(After[0], out var number) ? number : throw new ProblemException(Foreign());
    }

    /// <summary>The parts of the sort key, exactly so many.</summary>
    /// <exception cref="ProblemException">400: the cursor is not one of this list.</exception>
    public string[]? AfterKey(int parts) => After is null || After.Length == parts ? After : throw new ProblemException(Foreign());

    private static Problem Foreign() => Problem.BadInput("cursor", "不是本列表给出的游标", "Is no cursor of this list");

    private static int ReadLimit(string? text, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text)) return Default;
        if (int.TryParse(text, out var limit) && limit is >= 1 and <= Most) return limit;
        errors.Add("limit", $"须为 1 至 {Most} 的整数", $"Must be a whole number from 1 to {Most}");
        return Default;
    }

    private static string[]? ReadCursor(string? text, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text)) return null;
        try
        {
            var key = JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(text));
            if (key is { Length: > 0 } && key.All(part => part is not null && !part.Contains('\0'))) return key;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or InvalidOperationException)
        {
            // Falls through to the same answer as a cursor that holds nothing.
        }
        errors.Add("cursor", "不是本列表给出的游标", "Is no cursor of this list");
        return null;
    }
}
