using Microsoft.Extensions.FileProviders;

namespace ECommerce.Channels.Gateway.Pages;

/// <summary>The files that anybody may have: the start page, and what belongs to it.</summary>
internal static class StartPage
{
    public static void UseStartPage(this WebApplication app)
    {
        // Beside the program, not in its content root: in one process with other services that is somebody else's.
        var folder = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        var files = new PhysicalFileProvider(folder);
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = context => context.Context.Response.Headers.CacheControl = "no-cache",
        });
    }
}
