using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Gateway.Access;

/// <summary>Where accounts and keys could not be read for too long nobody can be told apart, so whoever comes with credentials is asked to come back.</summary>
internal sealed class TrustedDirectory(RequestDelegate next, AccessDirectory directory)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    public Task InvokeAsync(HttpContext context)
    {
        var credentials = context.Request.Headers.Authorization.Count > 0 || context.Request.Cookies.ContainsKey(Sessions.CallerAuthentication.Cookie);
        return directory.Trusted || !credentials || context.Request.Path.StartsWithSegments("/health")
            ? next(context)
            : Problem.Unavailable(Soon).ExecuteAsync(context);
    }
}
