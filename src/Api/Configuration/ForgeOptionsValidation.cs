using ForgeOrleans.Api.Contract;
using ForgeOrleans.Installations;
using ForgeOrleans.ProductApis;
using ForgeOrleans.Work;

namespace ForgeOrleans.Api.Configuration;

/// <summary>Finds what is wrong with the configuration before the first customer does, and says it in a sentence that names the key.</summary>
internal static class ForgeOptionsValidation
{
    /// <exception cref="ForgeConfigurationException">Something is wrong.</exception>
    public static void Validate(ForgeOptions options, ProductApiOptions products, WorkOptions work)
    {
        if (options.Apps.Count == 0)
            throw new ForgeConfigurationException(
                "no app is configured. Set Forge:Apps:0:Id (environment: Forge__Apps__0__Id) to the app.id of your manifest, "
                + "such as ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000.");
        for (var i = 0; i < options.Apps.Count; i++)
            Validate(options.Apps[i], $"Forge:Apps:{i}");
        if (options.Apps.GroupBy(app => EcosystemId.Uuid("app", app.Id)).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ForgeConfigurationException($"the app {twice.Key} is configured twice below Forge:Apps.");

        options.Admin.Validate();
        foreach (var origin in options.Cors.AllowedOrigins)
            if (!Uri.TryCreate(origin.Replace("://*.", "://", StringComparison.Ordinal), UriKind.Absolute, out var address) || address.AbsolutePath != "/" || origin.EndsWith('/') || address.Host.Contains('*'))
                throw new ForgeConfigurationException(
                    $"'{origin}' in Forge:Cors:AllowedOrigins is not an origin. Write it as https://host, or https://*.host for all below, without a path.");
        foreach (var origin in products.AllowedOrigins)
            Address(origin, "Forge:ProductApi:AllowedOrigins");
        Address(products.GatewayUrl, "Forge:ProductApi:GatewayUrl");
        if (products.Timeout <= TimeSpan.Zero)
            throw new ForgeConfigurationException("Forge:ProductApi:Timeout must be more than nothing, such as 00:00:20.");
        if (products.OfflineTokensPerMinute <= 0)
            throw new ForgeConfigurationException("Forge:ProductApi:OfflineTokensPerMinute must be more than 0. The platform allows 1000.");
        work.Check();
        if (work.StopAfter > Shutdown.Grace)
            throw new ForgeConfigurationException($"Forge:Work:StopAfter is {work.StopAfter}; a process that stops has {Shutdown.Grace}.");
    }

    /// <exception cref="ForgeConfigurationException">Something is wrong.</exception>
    public static void Validate(LifecycleOptions options)
    {
        // Written so that no number at all is refused too.
        if (!(options.RetentionDays >= 0))
            throw new ForgeConfigurationException("Forge:Lifecycle:RetentionDays must not be less than 0. It is the number of days that data is kept after an uninstall, such as 30.");
        if (options.InstallGrace < TimeSpan.Zero || options.InstallGrace > TimeSpan.FromDays(1))
            throw new ForgeConfigurationException("Forge:Lifecycle:InstallGrace must be between nothing and a day, such as 00:10:00.");
        if (options.InferUninstallAfter <= TimeSpan.Zero)
            throw new ForgeConfigurationException("Forge:Lifecycle:InferUninstallAfter must be more than nothing, such as 1.00:00:00 for a day.");
    }

    private static void Validate(ForgeAppOptions app, string key)
    {
        if (EcosystemId.Uuid("app", app.Id) is null)
            throw new ForgeConfigurationException(
                $"{key}:Id is '{app.Id}', which is not an app's id. It is the app.id of your manifest, such as "
                + "ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000.");
        Address(app.JwksUrl, $"{key}:JwksUrl");
        if (app.Staging.JwksUrl is { } staging)
            Address(staging, $"{key}:Staging:JwksUrl");
        Template(app.IsolatedCloud.JwksUrlTemplate, $"{key}:IsolatedCloud:JwksUrlTemplate");
        Template(app.IsolatedCloud.StorageUrlTemplate, $"{key}:IsolatedCloud:StorageUrlTemplate");
    }

    private static void Template(string? template, string key)
    {
        if (template is null)
            return;
        if (!template.Contains(ForgeAppOptions.IsolatedCloudOptions.Placeholder, StringComparison.Ordinal))
            throw new ForgeConfigurationException($"{key} is '{template}', which has no {ForgeAppOptions.IsolatedCloudOptions.Placeholder} in it.");
        Address(template.Replace(ForgeAppOptions.IsolatedCloudOptions.Placeholder, "label", StringComparison.Ordinal), key);
    }

    // Keys and tokens that travel in the clear are anybody's; on this machine's own loopback there is nobody.
    private static void Address(string url, string key)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            throw new ForgeConfigurationException($"{key} is '{url}', which is not an https address (http is for loopback only).");
    }
}
