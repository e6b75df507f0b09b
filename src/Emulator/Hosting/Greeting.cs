using System.Text;
using ForgeOrleans.Emulator.Keys;

namespace ForgeOrleans.Emulator.Hosting;

/// <summary>What a started emulator says: where it is, who is there, and what a remote must be told to trust it.</summary>
internal static class Greeting
{
    public static string Of(Platform platform, IEnumerable<string> warnings)
    {
        var text = new StringBuilder();
        text.AppendLine($"The Forge platform, emulated, for {platform.Manifest.AppId}");
        text.AppendLine($"listens at {platform.Origin} (loopback only).");
        text.AppendLine($"Its console, with every request to the remote: {platform.Origin}/console/");
        foreach (var remote in platform.Manifest.Remotes)
        {
            var address = platform.AddressOf(remote)?.ToString() ?? "no address: start with --remote <url>";
            text.AppendLine($"Remote {remote.Key} is at {address}");
        }

        if (platform.Manifest.ScheduledTriggers.Count > 0)
        {
            text.AppendLine(platform.HasSchedule
                ? "Scheduled triggers fire by themselves, about five minutes of platform time from now for the first time."
                : "Scheduled triggers fire when POST /triggers asks; start with --schedule to have them fire by themselves.");
        }

        foreach (var warning in warnings)
        {
            text.AppendLine().AppendLine($"Warning: {warning}");
        }

        text.AppendLine().AppendLine("For a remote to trust it, start the remote with:").AppendLine();
        foreach (var (name, value) in Configuration(platform))
        {
            text.AppendLine($"export {name}={value}");
        }

        text.AppendLine().AppendLine("Sites and their users:").AppendLine();
        foreach (var site in platform.Sites)
        {
            text.AppendLine($"  {site.Id,-8} installation {site.InstallationId}, cloudId {site.CloudId}");
            foreach (var user in site.Users)
            {
                text.AppendLine($"           {user.AccountId}  {user.Name}");
            }
        }

        if (platform.Manifest.UiModules.Count > 0)
        {
            text.AppendLine().AppendLine($"See the app's frontends as these users do: {platform.Origin}/apps");
        }

        text.AppendLine().AppendLine("Call the remote as a frontend would:").AppendLine();
        text.AppendLine($"curl '{platform.Origin}/bridge/invoke?site={platform.Sites[0].Id}' -H 'content-type: application/json' \\");
        text.AppendLine("""  -d '{"invokeType": "ui-remote-fetch", "method": "GET", "path": "/"}'""");
        return text.ToString();
    }

    private static IEnumerable<(string Name, string Value)> Configuration(Platform platform) =>
    [
        ("Forge__Apps__0__Id", platform.Manifest.AppId),
        ("Forge__Apps__0__JwksUrl", platform.Origin + KeyRoutes.JwksPath),
        ("Forge__ProductApi__AllowedOrigins__0", platform.Origin),
        ("Forge__ProductApi__GatewayUrl", platform.Origin),
    ];
}
