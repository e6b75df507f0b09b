using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>Mints the token of a call, and says what is wrong with one that was changed.</summary>
internal sealed class CallTokens(Platform platform, InvocationTokens fits)
{
    public (string Token, BadToken? Problem) Mint(Caller caller, FitChanges? changes, bool fromFunction = false)
    {
        if (changes is null)
        {
            return (fits.Mint(caller, fromFunction), null);
        }

        var (token, claims) = fits.Mint(caller, changes, fromFunction);
        return (token, BadToken.Of(changes, claims, platform.Manifest.AppId, platform.Clock.GetUtcNow()));
    }
}
