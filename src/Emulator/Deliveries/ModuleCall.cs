using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>What is delivered without an event, just because of a module: <c>{context: {cloudId, moduleKey}, contextToken}</c>.</summary>
internal static class ModuleCall
{
    private const int ContextTokenBytes = 32;

    public static Parcel Of(Platform platform, ScheduledTriggerModule trigger, Site site) =>
        Parcel.For(platform, DeliveryKind.Trigger, trigger.Key, trigger.Key, trigger.EndpointKey, site) with
        {
            Body = Body(site, trigger.Key),
        };

    public static Parcel Of(Platform platform, PreUninstallModule hook, Site site) =>
        Parcel.For(platform, DeliveryKind.PreUninstall, hook.Key, hook.Key, hook.EndpointKey, site) with
        {
            Body = Body(site, hook.Key),
            Limit = PlatformLimits.LongDelivery,
        };

    private static string Body(Site site, string moduleKey) => new JsonObject
    {
        ["context"] = new JsonObject { ["cloudId"] = site.CloudId, ["moduleKey"] = moduleKey },
        ["contextToken"] = RandomNumberGenerator.GetHexString(ContextTokenBytes * 2, lowercase: true),
    }.ToJsonString();
}
