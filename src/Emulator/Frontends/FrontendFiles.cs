using ForgeOrleans.Manifest;
using Microsoft.Extensions.FileProviders;

namespace ForgeOrleans.Emulator.Frontends;

/// <summary>The files of an app's resources, in the folders that the manifest names. They are read anew for every request.</summary>
internal sealed class FrontendFiles(Platform platform)
{
    private const string Start = "index.html";

    /// <summary>Why a module has nothing to show, and what to do; null if it has.</summary>
    public FrontendProblem? ProblemOf(UiModule module)
    {
        if (module.IsNative)
        {
            return new("This module is made with UI Kit", "The emulator shows Custom UI only: UI Kit (render: native) is drawn by the products themselves.");
        }

        if (module.ResourceKey is not { } key)
        {
            return new(
                "This module names no resource",
                "The emulator shows the module's own resource, not those of its views. Its remote can be called all the same, POST /bridge/invoke.");
        }

        if (platform.Manifest.Resources.FirstOrDefault(known => known.Key == key) is not { } resource)
        {
            return new($"The manifest has no resource \"{key}\"", $"Add it to the manifest's resources: - key: {key}, path: <folder of the build>.");
        }

        return FolderOf(resource) is { } folder
            ? File.Exists(Path.Combine(folder, Start)) ? null : Unbuilt(resource, folder)
            : new("The manifest is known by its text alone", "Load it from a file (AppManifest.Load), which the paths of its resources are relative to.");
    }

    /// <summary>A file of a resource, or null; an empty path is its first page.</summary>
    public IFileInfo? Find(string resourceKey, string path)
    {
        var resource = platform.Manifest.Resources.FirstOrDefault(known => known.Key == resourceKey);
        if (resource is null || FolderOf(resource) is not { } folder || !Directory.Exists(folder))
        {
            return null;
        }

        // It lets nobody out of its folder, nor see what is hidden in it.
        using var files = new PhysicalFileProvider(folder);
        return files.GetFileInfo(path is "" ? Start : path) is { Exists: true, IsDirectory: false } file ? file : null;
    }

    private string? FolderOf(Resource resource) =>
        platform.Manifest.Folder is { } folder ? Path.GetFullPath(Path.Combine(folder, resource.Path)) : null;

    private static FrontendProblem Unbuilt(Resource resource, string folder)
    {
        var missing = $"Resource \"{resource.Key}\" is to be in {folder}, but there is no {Start}.";
        return ProjectOf(folder) is { } project
            ? new("This frontend is not built yet", missing) { Command = $"cd {project}\nnpm install\nnpm run build" }
            : new("This frontend is not built yet", $"{missing} Build it, or correct the resource's path in the manifest.");
    }

    /// <summary>The folder at or above the output of a build from which it is made.</summary>
    private static string? ProjectOf(string folder)
    {
        const int AsFarAsBuildsGo = 2;
        var at = folder;
        for (var steps = 0; at is not null && steps <= AsFarAsBuildsGo; steps++, at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "package.json")))
            {
                return at;
            }
        }

        return null;
    }
}

/// <summary>Why there is no frontend to see.</summary>
/// <param name="Title">What is so.</param>
/// <param name="Explanation">Why, and what to do.</param>
internal sealed record FrontendProblem(string Title, string Explanation)
{
    /// <summary>What to run, if that helps.</summary>
    public string? Command { get; init; }
}
