using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Sites;

/// <summary>The module of the app that a call comes from, as tokens name it.</summary>
internal sealed record AppModule(string Type, string Key, string Product, string? ResolverEndpointKey)
{
    /// <summary>The module that delivers to an endpoint with nobody in session; null for a module with a user interface.</summary>
    public string? TriggerKey { get; init; }

    /// <summary>An endpoint that something is delivered to: what tokens name in place of a frontend's module.</summary>
    public static AppModule OfDelivery(string endpointKey, string triggerKey, string product) =>
        new("core:endpoint", endpointKey, product, null) { TriggerKey = triggerKey };

    /// <summary>The module with a key; without one, the first that can call a remote.</summary>
    public static AppModule Choose(AppManifest manifest, string? key)
    {
        if (string.IsNullOrEmpty(key))
        {
            return manifest.UiModules.FirstOrDefault(module => module.ResolverEndpointKey is not null) is { } first
                ? Of(first)
                : Endpoint(manifest);
        }

        return manifest.UiModules.FirstOrDefault(module => module.Key == key) is { } chosen
            ? Of(chosen)
            : throw new CallRefusedException(
                StatusCodes.Status404NotFound,
                $"The manifest has no module with a user interface and the key \"{key}\".");
    }

    private static AppModule Of(UiModule module) =>
        new(module.Type is "macro" ? "xen:macro" : module.Type, module.Key, ProductOf(module.Type), module.ResolverEndpointKey);

    private static AppModule Endpoint(AppManifest manifest) =>
        new("core:endpoint", manifest.Endpoints is [var first, ..] ? first.Key : "none", Site.AllProducts[0], null);

    public static string ProductOf(string type) => type is "macro"
        ? "confluence"
        : Site.AllProducts.FirstOrDefault(product => type.StartsWith(product + ":", StringComparison.Ordinal)) ?? Site.AllProducts[0];
}
