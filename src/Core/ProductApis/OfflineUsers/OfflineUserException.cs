namespace ForgeOrleans.ProductApis;

/// <summary>
/// There is no access token of a user who is not in session (contract section 5). Unless the handler catches it, the caller is answered 403 <c>forbidden</c> where the platform
/// has refused and 503 <c>unavailable</c>, with <c>Retry-After</c>, where another attempt may succeed.
/// </summary>
public sealed class OfflineUserException : ForgeException
{
    private OfflineUserException(ForgeErrorCode code, string message) : base(code, message)
    {
    }

    /// <summary>
    /// The platform has refused, or cannot be asked: another attempt is no use until somebody changes something, such as the manifest or the user's access. Never possible for
    /// deactivated and anonymous users, other apps' users, and users without access to the app; portal-only customers only in Jira.
    /// </summary>
    public bool IsPermanent => Code != ForgeErrorCode.Unavailable;

    /// <summary>What the platform said, in its own words and at most 500 characters, if it said something.</summary>
    public string? PlatformMessage { get; private init; }

    internal static OfflineUserException Of(OfflineTokenOutcome outcome)
    {
        var failure = outcome.Failure!;
        return new(failure.IsPermanent ? ForgeErrorCode.Forbidden : ForgeErrorCode.Unavailable, failure.Message)
        {
            PlatformMessage = failure.PlatformMessage,
            RetryAfter = failure.IsPermanent ? null : outcome.Lasts,
        };
    }

    internal static OfflineUserException NoAccountId() => new(
        ForgeErrorCode.InvalidRequest, "An account id has between 1 and 128 characters, each a letter, a digit or one of :-_.|");

    internal static OfflineUserException NoContext(string product) => new(
        ForgeErrorCode.Forbidden,
        $"The app cannot act as a user who is not in session in {product}: the platform's tokens for that are for a product with a cloud id, such as Jira and Confluence.");

    internal static OfflineUserException NoSingleContext() => new(
        ForgeErrorCode.Forbidden,
        "The app cannot act as a user who is not in session at the GraphQL gateway of a site with several products or none: the platform's tokens for that are for one product. Call that product's own API.");

    internal static OfflineUserException NotNow(TimeSpan askAgain, bool isOverBudget) => new(
        ForgeErrorCode.Unavailable,
        isOverBudget
            ? "The app has asked for as many tokens of users who are not in session as the platform allows for now. Try again later."
            : "A token of this user is being asked for and has not come yet. Try again later.")
    {
        RetryAfter = askAgain,
    };
}
