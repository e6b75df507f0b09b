using System.Reflection;

namespace ForgeOrleans.Emulator.Frontends;

/// <summary>The scripts and styles of the page around an app, which are kept in the assembly.</summary>
internal static class PageAssets
{
    private const string Prefix = "Frontends/Page/";

    private static readonly Assembly Here = typeof(PageAssets).Assembly;

    public static IResult Get(string name) => Here.GetManifestResourceStream(Prefix + name) is { } stream
        ? Results.Stream(stream, name.EndsWith(".css", StringComparison.Ordinal) ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8")
        : throw new CallRefusedException(StatusCodes.Status404NotFound, $"There is nothing at /apps/{name}; see GET /apps.");
}
