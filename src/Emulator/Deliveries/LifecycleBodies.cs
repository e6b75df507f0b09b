using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>The bodies of lifecycle events (contract, section 8): bare uuids where tokens have ARIs.</summary>
internal static class LifecycleBodies
{
    private const string InstalledEvent = "avi:forge:installed:app";
    private const string UpgradedEvent = "avi:forge:upgraded:app";

    public static JsonObject Installed(Platform platform, Site site, User user) =>
        Body(platform, site, InstalledEvent, "installerAccountId", user);

    public static JsonObject Upgraded(Platform platform, Site site, User user)
    {
        var body = Body(platform, site, UpgradedEvent, "upgraderAccountId", user);
        var scopes = platform.Manifest.Scopes.Select(scope => (JsonNode)scope.Name);
        body["permissions"] = new JsonObject { ["scopes"] = new JsonArray([.. scopes]) };
        return body;
    }

    private static JsonObject Body(Platform platform, Site site, string eventType, string byWhom, User user) => new()
    {
        ["eventType"] = eventType,
        ["id"] = site.InstallationId,
        ["context"] = $"ari:cloud:{site.Products[0]}::site/{site.CloudId}",
        [byWhom] = user.AccountId,
        ["app"] = new JsonObject { ["id"] = platform.AppUuid, ["version"] = platform.AppVersionOf(site) },
        ["environment"] = new JsonObject { ["id"] = platform.EnvironmentUuid },
    };
}
