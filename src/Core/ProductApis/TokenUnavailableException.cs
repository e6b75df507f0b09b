namespace ForgeOrleans.ProductApis;

/// <summary>The site has no access token for a call. Unless the handler catches it, the caller is answered 503 <c>token_unavailable</c>.</summary>
/// <param name="message">Which token is missing, and what would bring it.</param>
public sealed class TokenUnavailableException(string message) : ForgeException(ForgeErrorCode.TokenUnavailable, message)
{
    /// <summary>It is the app's own token that is missing: work waits for it, and goes on when an invocation brings one.</summary>
    public bool IsOfApp { get; private init; }

    internal static TokenUnavailableException ForApp() => new(
        "This site has no access token of the app. One comes with an invocation whose endpoint has 'auth.appSystemToken.enabled: true' in "
        + "the manifest (with the scope read:app-system-token), and with every scheduled trigger; an hourly one keeps a fresh one at hand.")
    {
        IsOfApp = true,
    };

    internal static TokenUnavailableException ForSession() => new(
        "This invocation brought no access token of its user. The endpoint needs 'auth.appUserToken.enabled: true' in the manifest, with the "
        + "scope read:app-user-token and at least one other user scope. Events and scheduled triggers never bring one.");

    internal static TokenUnavailableException ForNoUser() => new(
        "There is no user in session, so there is no user to call as. Events, triggers and some function calls have none: call as the app.");

    internal static TokenUnavailableException ForOfflineUser() => new(
        "This site has no access token of that user at present, and none of the app to ask the platform for one with. The app's comes with an invocation whose endpoint has "
        + "'auth.appSystemToken.enabled: true' in the manifest, and with every scheduled trigger; the user's, when that user uses the app, by an endpoint with "
        + "'auth.appUserToken.enabled: true'.")
    {
        IsOfApp = true,
    };
}
