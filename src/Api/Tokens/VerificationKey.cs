using Microsoft.IdentityModel.Tokens;

namespace ForgeOrleans.Api.Tokens;

/// <summary>A key that signs tokens, with the parameters that a token signed with it is validated by.</summary>
/// <param name="Id">The key's id.</param>
/// <param name="Parameters">What <c>JsonWebTokenHandler</c> is told.</param>
internal sealed record VerificationKey(string Id, TokenValidationParameters Parameters);

/// <summary>What looking for a key came to.</summary>
/// <param name="Key">The key, if it is known.</param>
/// <param name="IsUndecided">There may be such a key, but it could not be asked for.</param>
internal readonly record struct KeyLookup(VerificationKey? Key, bool IsUndecided)
{
    public static KeyLookup Unknown => default;

    public static KeyLookup Undecided => new(null, true);
}
