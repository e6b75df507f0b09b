using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>
/// <c>callBridge('getContext')</c> of a frontend's <c>view.getContext</c>: who looks at what, and where. The colours are the page's to
/// tell, which knows whether it is light or dark.
/// </summary>
internal sealed class ContextCommand(Platform platform)
{
    // Everybody here reads English, and keeps the time of the issues and pages.
    private const string Locale = "en-US";
    private const string TimeZone = "Etc/UTC";

    public JsonObject Run(Caller caller)
    {
        var context = new JsonObject
        {
            ["cloudId"] = caller.Site.CloudId,
            ["siteUrl"] = caller.Site.Url,
            ["moduleKey"] = caller.Module.Key,
            ["localId"] = platform.LocalIdOf(caller.Module),
            ["environmentId"] = platform.EnvironmentUuid,
            ["environmentType"] = platform.EnvironmentType,
            ["locale"] = Locale,
            ["timezone"] = TimeZone,
            ["extension"] = Extension(caller),
            ["theme"] = new JsonObject { ["colorMode"] = "light", ["light"] = "light", ["dark"] = "dark", ["spacing"] = "spacing" },
            ["surfaceColor"] = null,
            ["userAccess"] = new JsonObject { ["enabled"] = true, ["hasAccess"] = caller.User is { Active: true, HasAccess: true } },
            ["permissions"] = Permissions(),
        };
        if (caller.User is { } user)
        {
            context["accountId"] = user.AccountId;
        }

        if (caller.Site.License is { } license)
        {
            context["license"] = license.DeepClone();
        }

        return context;
    }

    private JsonObject Extension(Caller caller)
    {
        var extension = ModuleExtension.Of(platform, caller.Site, caller.Module);
        if (caller.Module.Type is "xen:macro")
        {
            extension["type"] = "macro";
        }

        return extension;
    }

    private JsonObject Permissions()
    {
        var frontend = platform.Manifest.Frontend;
        return new JsonObject
        {
            ["scopes"] = new JsonArray([.. platform.Manifest.Scopes.Select(scope => JsonValue.Create(scope.Name))]),
            ["external"] = new JsonObject
            {
                ["images"] = Addresses(frontend.Images),
                ["media"] = Addresses(frontend.Media),
                ["scripts"] = Addresses(frontend.Scripts),
                ["styles"] = Addresses(frontend.Styles),
                ["fonts"] = Addresses(frontend.Fonts),
                ["frames"] = Addresses(frontend.Frames),
                ["fetch"] = new JsonObject
                {
                    ["client"] = Addresses(frontend.FetchByClient),
                    ["backend"] = Addresses(frontend.FetchByBackend),
                },
            },
        };
    }

    private static JsonArray Addresses(IReadOnlyList<ExternalAddress> addresses) =>
    [
        .. addresses.Select(address => address.RemoteKey is { } remote
            ? (JsonNode)new JsonObject { ["remote"] = remote }
            : JsonValue.Create(address.Address)!),
    ];
}
