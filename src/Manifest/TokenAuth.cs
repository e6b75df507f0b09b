namespace ForgeOrleans.Manifest;

/// <summary>Which access tokens a remote or an endpoint asks for.</summary>
/// <param name="AppSystemToken">The app's own.</param>
/// <param name="AppUserToken">That of the user in session.</param>
public sealed record TokenAuth(bool AppSystemToken, bool AppUserToken)
{
    /// <summary>None.</summary>
    public static TokenAuth None { get; } = new(false, false);
}
