using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Tokens;

/// <summary>What an access token allows.</summary>
/// <param name="Site">Where.</param>
/// <param name="User">As whom; null as the app.</param>
/// <param name="Scopes">The scopes of the app that asked.</param>
/// <param name="Stamp">Tells whether the token was made before something else happened.</param>
internal sealed record AccessGrant(Site Site, User? User, IReadOnlyList<string> Scopes, long Stamp)
{
    /// <summary>What the log and the header <c>x-emulator-principal</c> call it.</summary>
    public string Principal => PrincipalOf(User);

    public static string PrincipalOf(User? user) => user?.AccountId ?? "app";
}
