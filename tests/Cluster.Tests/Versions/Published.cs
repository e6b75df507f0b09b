using System.Runtime.CompilerServices;

namespace ForgeOrleans.Cluster.Tests.Versions;

/// <summary>The files under <c>Published</c>, which say what earlier versions have written.</summary>
/// <remarks>To add a file for something new, run the tests with <c>FORGE_PUBLISH=1</c>: files that are missing are then written, none is changed.</remarks>
internal static class Published
{
    public static string[] ReadLines(string name, Func<IEnumerable<string>> current) =>
        Read(name, () => string.Join('\n', current()) + "\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static string Read(string name, Func<string> current)
    {
        var file = Path.Combine(Folder(), name);
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("FORGE_PUBLISH") == "1")
            File.WriteAllText(file, current());
        var copy = Path.Combine(AppContext.BaseDirectory, "Published", name);
        // What was written just now is not beside the program yet.
        var found = File.Exists(copy) ? copy : file;
        File.Exists(found).ShouldBeTrue($"Published/{name} is missing. Run this test once with FORGE_PUBLISH=1, look at the file, and keep it for ever.");
        return File.ReadAllText(found);
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "Published");
}
