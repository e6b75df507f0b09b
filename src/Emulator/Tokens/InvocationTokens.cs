using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Keys;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Tokens;

/// <summary>Mints Forge Invocation Tokens (FITs).</summary>
internal sealed class InvocationTokens(Platform platform)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(25);

    // A browser takes a new one before the old one can expire on its way.
    private static readonly TimeSpan ReuseMargin = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Caller, (string Token, DateTimeOffset Expires)> _browserCache = new();

    /// <summary>A new token for a call through the platform.</summary>
    public string Mint(Caller caller, bool fromFunction = false) => Sign(Claims(caller, fromFunction, Lifetime), platform.Keys.Current);

    /// <summary>A new token with something changed, and its claims.</summary>
    public (string Token, JsonObject Claims) Mint(Caller caller, FitChanges changes, bool fromFunction = false)
    {
        var claims = Claims(caller, fromFunction, changes.ExpiresIn is { } seconds ? TimeSpan.FromSeconds(seconds) : Lifetime);
        if (changes.Audience is { } audience)
        {
            claims["aud"] = audience;
        }

        MergePatch.Apply(claims, changes.Claims ?? []);
        var token = changes.Forged
            ? Sign(claims, platform.Keys.Stranger, platform.Keys.CurrentKeyId)
            : Sign(claims, platform.Keys.Current);
        return (token, claims);
    }

    /// <summary>The token that a browser holds for <c>requestRemote</c>, and sends again until it is about to expire.</summary>
    public string ForBrowser(Caller caller)
    {
        var now = platform.Clock.GetUtcNow();
        return _browserCache.AddOrUpdate(
            caller,
            _ => New(),
            (_, held) => held.Expires - now > ReuseMargin ? held : New()).Token;

        (string, DateTimeOffset) New() => (Mint(caller), now + Lifetime);
    }

    public JsonObject Claims(Caller caller, bool fromFunction, TimeSpan lifetime)
    {
        var now = platform.Clock.GetUtcNow();
        var expires = now + lifetime;
        var issued = lifetime > TimeSpan.Zero ? now : expires - Lifetime;
        var claims = new JsonObject
        {
            ["iss"] = "forge/invocation-token",
            ["aud"] = platform.Manifest.AppId,
            ["iat"] = issued.ToUnixTimeSeconds(),
            ["nbf"] = issued.ToUnixTimeSeconds(),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid().ToString(),
            ["app"] = App(caller, fromFunction),
        };
        if (!fromFunction)
        {
            claims["context"] = Context(caller);
        }

        if (caller.User is { } user)
        {
            claims["principal"] = user.AccountId;
        }

        return claims;
    }

    public static string Sign(JsonObject claims, SigningKey key, string? keyId = null) => CompactToken.Write(
        new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = keyId ?? key.Id }, claims, key.Sign);

    private JsonObject App(Caller caller, bool fromFunction)
    {
        var installation = $"ari:cloud:ecosystem::installation/{caller.Site.InstallationId}";
        var app = new JsonObject
        {
            ["id"] = platform.Manifest.AppId,
            ["version"] = platform.AppVersionOf(caller.Site),
            ["appVersion"] = platform.AppVersionOf(caller.Site),
            ["installationId"] = installation,
            ["apiBaseUrl"] = platform.ApiBaseUrl(caller.Module.Product, caller.Site),
            ["environment"] = new JsonObject
            {
                ["type"] = platform.EnvironmentType,
                ["id"] = $"ari:cloud:ecosystem::environment/{platform.AppUuid}/{platform.EnvironmentUuid}",
            },
            ["module"] = new JsonObject
            {
                ["type"] = fromFunction ? "core:endpoint" : caller.Module.Type,
                ["key"] = fromFunction ? caller.Module.ResolverEndpointKey ?? caller.Module.Key : caller.Module.Key,
            },
            ["installation"] = new JsonObject
            {
                ["id"] = installation,
                ["contexts"] = new JsonArray([.. caller.Site.Products.Select(product => new JsonObject
                {
                    ["name"] = product,
                    ["cloudId"] = caller.Site.CloudId,
                    ["apiBaseUrl"] = platform.ApiBaseUrl(product, caller.Site),
                })]),
            },
        };
        if (caller.Site.License is { } license)
        {
            app["license"] = license.DeepClone();
        }

        return app;
    }

    private JsonObject Context(Caller caller)
    {
        var module = caller.Module;
        if (module.TriggerKey is { } trigger)
        {
            return new JsonObject { ["cloudId"] = caller.Site.CloudId, ["siteUrl"] = caller.Site.Url, ["moduleKey"] = trigger };
        }

        return new JsonObject
        {
            ["cloudId"] = caller.Site.CloudId,
            ["siteUrl"] = caller.Site.Url,
            ["moduleKey"] = module.Key,
            ["localId"] = platform.LocalIdOf(module),
            ["extension"] = ModuleExtension.Of(platform, caller.Site, module),
        };
    }
}
