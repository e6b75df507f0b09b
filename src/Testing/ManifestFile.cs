namespace ForgeOrleans.Testing;

/// <summary>Finds a manifest from where tests run, which is deep below the project.</summary>
internal static class ManifestFile
{
    public static string Find(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new ForgeTestException("The path of the manifest is empty: say where it is, such as \"manifest.yml\" or \"src/MyApp/manifest.yml\".");
        if (Path.IsPathFullyQualified(path))
            return File.Exists(path) ? path : throw new ForgeTestException($"There is no manifest at {path}.");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, path) is var candidate && File.Exists(candidate))
                return candidate;
        throw new ForgeTestException(
            $"There is no \"{path}\" in {AppContext.BaseDirectory} or in a folder above it. Copy the manifest to the test's output, or say its path from the folder of the solution.");
    }
}
