namespace ECommerce.Channels.Gateway.Pages;

/// <summary>What a browser is told about every answer: load nothing from elsewhere, show us in nobody's frame, guess no types.</summary>
internal static class SecurityHeaders
{
    /// <summary>For everything but the API page.</summary>
    private static readonly string Policy = PolicyWith("");

    /// <summary>The API page brings scripts and styles inside its HTML, and draws with workers; still nothing from elsewhere.</summary>
    private const string ApiPagePolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>The chat for pages of portals: a script that stands in pages of other origins.</summary>
    private const string WidgetScript = "/widget.js";

    private static readonly object PolicyOfAnswer = new();

    /// <summary>Lets the page of this answer write style elements that carry the nonce: the console's components make theirs while they run.</summary>
    /// <param name="nonce">Base64, fresh for this answer.</param>
    public static void AllowStyles(HttpContext context, string nonce) => context.Items[PolicyOfAnswer] = PolicyWith($" 'nonce-{nonce}'");

    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        // When the answer starts: an error handler clears what was set before.
        context.Response.OnStarting(
            static state =>
            {
                Set((HttpContext)state);
                return Task.CompletedTask;
            },
            context);
        return next(context);
    }

    private static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments(ApiPage.Path)
            ? ApiPagePolicy
            : context.Items[PolicyOfAnswer] as string ?? Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = context.Request.Path == WidgetScript ? "cross-origin" : "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
        if (context.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
    }

    /// <param name="styles">What else styles may come from, with a blank before it.</param>
    private static string PolicyWith(string styles) =>
        $"default-src 'self'; script-src 'self'; style-src 'self'{styles}; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
        + "form-action 'self'; frame-ancestors 'none'";
}
