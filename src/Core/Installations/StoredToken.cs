using ForgeOrleans.Invocations;

namespace ForgeOrleans.Installations;

/// <summary>A token that an installation keeps, with the version of the app that it was issued for.</summary>
/// <param name="token">The token.</param>
/// <param name="appVersion">The version of the app that it came with.</param>
internal sealed class StoredToken(AccessToken token, string? appVersion)
{
    public AccessToken Token { get; } = token;

    public string? AppVersion { get; } = appVersion;

    /// <summary>Orders the tokens of a site by their last use; not stored, since a restart forgets who was first and loses nothing by it.</summary>
    public DateTimeOffset LastUsed { get; set; }

    /// <summary>
    /// Whether this token takes the place of another one. One of a newer app version has the new scopes; otherwise the one that lasts
    /// longer is worth more, and an old version's token, arriving late, is worth nothing.
    /// </summary>
    public bool Replaces(StoredToken? current, DateTimeOffset now)
    {
        if (!Token.IsUsable(now))
            return false;
        if (current is null || !current.Token.IsUsable(now))
            return true;
        var order = ForgeOrleans.Invocations.AppVersion.Compare(AppVersion, current.AppVersion);
        return order > 0 || (order == 0 && Token.ExpiresAt > current.Token.ExpiresAt);
    }
}
