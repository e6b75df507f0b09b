namespace ForgeOrleans.Emulator.Bridge;

/// <summary>A command of <c>@forge/bridge</c> that the emulator doesn't offer: what it offers, and what to do in its place.</summary>
internal static class UnofferedCommand
{
    private const string OnASite = "Try it on a site, with \"forge deploy\" and \"forge install\".";

    /// <summary>What calls the remote, or the products: offered wherever a caller can POST.</summary>
    private static readonly string[] Offered = ["invoke", "fetchRemote", "fetchProduct", "getContext"];

    /// <summary>What happens on the page around an app, and so is offered there alone.</summary>
    private static readonly string[] OfferedOnPage =
    [
        "showFlag", "closeFlag", "navigate", "getUrl", "reload", "refresh", "openModal", "close", "submit", "onClose", "createHistory",
        "emit", "on", "emitPublic", "onPublic", "enableTheming", "changeWindowTitle", "emitReadyEvent", "getFrameId", "isRovoEnabled",
    ];

    private static readonly Dictionary<string, string> Advice = new()
    {
        ["open"] = $"view.open belongs to a few modules of the products that the emulator doesn't play. {OnASite}",
        ["openRovo"] = $"There is no Rovo here: rovo.isEnabled() answers false, so ask it first. {OnASite}",
        ["requestTeamworkGraph"] = $"There is no Teamwork Graph here. {OnASite}",
        ["fetchUserRecommendations"] = $"There is nobody to recommend here. {OnASite}",
        ["initFeatureFlags"] = $"There are no feature flags here: pass the default that your code falls back to. {OnASite}",
        ["publishRealtimeChannel"] = $"There are no realtime channels here: events.emit reaches the app's frames on the page. {OnASite}",
        ["subscribeRealtimeChannel"] = $"There are no realtime channels here: events.on hears the app's frames on the page. {OnASite}",
        ["trackObjectStoreAction"] = $"There is no object store here: keep files in your remote. {OnASite}",
        ["emitFrontendCustomMetric"] = $"There are no custom metrics here. {OnASite}",
        ["getFrameDispatch"] = $"It belongs to the products themselves. {OnASite}",
        ["getCookieConsentPreferences"] = "Nobody was asked about cookies: @forge/bridge makes null of this.",
    };

    public static string Message(string command)
    {
        if (OfferedOnPage.Contains(command))
        {
            return $"The bridge command \"{command}\" is offered on the page around an app, GET /apps, and nowhere else.";
        }

        var advice = Advice.GetValueOrDefault(command) ?? (command.StartsWith("__permission__", StringComparison.Ordinal)
            ? $"What the app may do is what its manifest says. {OnASite}"
            : OnASite);
        return $"The emulator doesn't offer the bridge command \"{command}\". {advice} "
            + $"It offers {string.Join(", ", Offered)}, and on the page of an app {string.Join(", ", OfferedOnPage)}.";
    }
}
