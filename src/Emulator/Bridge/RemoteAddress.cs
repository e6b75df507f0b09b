using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>Where a call goes: the caller's path, resolved against the remote's base URL as a browser resolves a link.</summary>
internal static class RemoteAddress
{
    public static Uri Resolve(Platform platform, Remote remote, string path)
    {
        var address = platform.AddressOf(remote) ?? throw CallRefusedException.Rejection(
            $"Remote \"{remote.Key}\" has no baseUrl in the manifest: start the emulator with --remote <url>.");
        if (!Uri.TryCreate(address, Normalized(path), out var url))
        {
            throw Rejections.Unexpected($"the path \"{path}\" is no URL relative to {address}");
        }

        // The tokens are this remote's: a path that leads to another host doesn't get them.
        return url.Scheme == address.Scheme && url.Authority == address.Authority
            ? url
            : throw Rejections.Unexpected($"the path \"{path}\" leads away from {address}");
    }

    /// <summary>What the URL Standard does to a link before it reads it, and System.Uri does not.</summary>
    private static string Normalized(string path)
    {
        var text = path.ReplaceLineEndings("").Replace("\t", "", StringComparison.Ordinal).Trim();
        var end = text.AsSpan().IndexOfAny('?', '#') is >= 0 and var index ? index : text.Length;
        return text[..end].Replace('\\', '/') + text[end..];
    }
}
