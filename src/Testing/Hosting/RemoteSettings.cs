using System.Security.Cryptography;
using ForgeOrleans.Emulator.Keys;

namespace ForgeOrleans.Testing.Hosting;

/// <summary>What a remote must be configured with to trust the platform.</summary>
internal static class RemoteSettings
{
    public const string AdminKey = "Forge:Admin:Key";
    private const int AdminKeyBytes = 24;

    public static string NewAdminKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(AdminKeyBytes));

    /// <summary>What every remote needs.</summary>
    public static Dictionary<string, string?> Of(Emulator.Platform platform, string adminKey)
    {
        var origin = platform.Url.GetLeftPart(UriPartial.Authority);
        return new(StringComparer.OrdinalIgnoreCase)
        {
            ["Forge:Apps:0:Id"] = platform.Manifest.AppId,
            ["Forge:Apps:0:JwksUrl"] = origin + KeyRoutes.JwksPath,
            ["Forge:ProductApi:AllowedOrigins:0"] = origin,
            ["Forge:ProductApi:GatewayUrl"] = origin,
            [AdminKey] = adminKey,
        };
    }

    /// <summary>What one in this process gets beside that.</summary>
    public static Dictionary<string, string?> OfHosted(
        Emulator.Platform platform, string adminKey, string key, string dataPath, string? manifestPath, RemoteHostOptions options)
    {
        var settings = Of(platform, adminKey);
        settings["Forge:DataPath"] = dataPath;
        if (manifestPath is not null)
            settings["Forge:Manifest"] = manifestPath;
        if (platform.Manifest.Remotes.Count > 1)
            settings["Forge:Remote"] = key;
        if (options.QuickRetries)
            (settings["Forge:Work:FirstRetry"], settings["Forge:Work:LongestRetry"]) = ("00:00:00.050", "00:00:00.500");
        foreach (var (name, value) in options.Settings)
            settings[name] = value;
        return settings;
    }
}
