namespace ForgeOrleans.Api.Tokens;

/// <summary>Why a Forge Invocation Token was not accepted. Says what kind of failure it is, and nothing of the token.</summary>
internal sealed class FitRejection : Exception
{
    private FitRejection(string message, bool isUndecided = false) : base(message) => IsUndecided = isUndecided;

    /// <summary>The token is neither good nor bad, since the keys to tell cannot be had: 503, never 401.</summary>
    public bool IsUndecided { get; }

    public static FitRejection Missing { get; } = new("There is no Forge Invocation Token: the Authorization header is absent.");

    public static FitRejection Ambiguous { get; } = new("There is more than one Authorization header.");

    public static FitRejection NotBearer { get; } = new("The Authorization header is not of the form 'Bearer <token>'.");

    public static FitRejection TooLarge { get; } = new("The Forge Invocation Token is too large.");

    public static FitRejection Malformed { get; } = new("The Forge Invocation Token is malformed.");

    public static FitRejection Algorithm { get; } = new("The Forge Invocation Token is not signed with RS256.");

    public static FitRejection Header { get; } = new("The header of the Forge Invocation Token has parameters that are not allowed.");

    public static FitRejection Issuer { get; } = new("The Forge Invocation Token has another issuer.");

    public static FitRejection Audience { get; } = new("The Forge Invocation Token is for another app.");

    public static FitRejection Expired { get; } = new("The Forge Invocation Token has expired.");

    public static FitRejection NotYetValid { get; } = new("The Forge Invocation Token is not valid yet.");

    public static FitRejection UnknownKey { get; } = new("The Forge Invocation Token is signed with an unknown key.");

    public static FitRejection Signature { get; } = new("The signature of the Forge Invocation Token is not valid.");

    public static FitRejection Environment { get; } = new("The Forge Invocation Token comes from a cloud that is not configured.");

    public static FitRejection Label { get; } = new("The Isolated Cloud label of the Forge Invocation Token is not valid.");

    public static FitRejection KeysUnavailable { get; } =
        new("The keys that verify a Forge Invocation Token cannot be fetched at present. Try again.", isUndecided: true);

    public static FitRejection Claim(string claim) => new($"The claim '{claim}' of the Forge Invocation Token is missing or not well formed.");
}
