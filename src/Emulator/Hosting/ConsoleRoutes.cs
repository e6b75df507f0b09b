using System.Net.Mime;
using Microsoft.Extensions.FileProviders;

namespace ForgeOrleans.Emulator.Hosting;

/// <summary>
/// <c>/console/</c>: the emulator as a page. Its files are plain modules in the folder <c>Console</c>, within the assembly so that they are
/// there wherever it is; all that it does goes through the API.
/// </summary>
internal static class ConsoleRoutes
{
    private const string Path = "/console";
    private const string StartPage = "index.html";
    private const string Contract = "contract";

    // What a remote answers is shown by the page: no text of it may ever run, or load something.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Serves the console from the assembly, or from a folder while somebody changes it.</summary>
    /// <exception cref="EmulatorException">There is no such folder, or no console in it.</exception>
    public static void MapConsole(this IEndpointRouteBuilder routes, string? folder)
    {
        var files = FilesOf(folder);
        routes.MapGet(Path + "/{file?}", (HttpContext http, string? file) => file is null && !http.Request.Path.Value!.EndsWith('/')
            ? Results.Redirect(Path + "/")
            : Serve(http, files, file ?? StartPage))
            .ExcludeFromDescription();
    }

    private static IResult Serve(HttpContext http, IFileProvider files, string name)
    {
        if (files.GetFileInfo(name) is not { Exists: true, IsDirectory: false } file)
        {
            return Results.Json(new { message = $"The console has no file \"{name}\"." }, statusCode: StatusCodes.Status404NotFound);
        }

        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
        return Results.Stream(file.CreateReadStream(), TypeOf(name));
    }

    private static IFileProvider FilesOf(string? folder)
    {
        var assembly = typeof(ConsoleRoutes).Assembly;
        var built = new EmbeddedFileProvider(assembly, "Console");
        if (folder is null)
        {
            return built;
        }

        var full = System.IO.Path.GetFullPath(folder);
        return File.Exists(System.IO.Path.Combine(full, StartPage))
            ? new CompositeFileProvider(new PhysicalFileProvider(full), built)
            : throw new EmulatorException($"--console is the folder with the console's files, but \"{full}\" has no {StartPage}.");
    }

    private static string TypeOf(string name) => System.IO.Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => MediaTypeNames.Image.Svg,
        _ when name is Contract => "text/markdown; charset=utf-8",
        _ => MediaTypeNames.Application.Octet,
    };
}
