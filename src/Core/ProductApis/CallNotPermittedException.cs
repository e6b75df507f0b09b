using ForgeOrleans.ProductApis.Limits;

namespace ForgeOrleans.ProductApis;

/// <summary>
/// A product call was not made, because it would have gone beyond a limit of the product (contract section 6) and no permit comes in the time that there is. Unless the handler catches
/// it, the caller is answered 503 <c>unavailable</c> with <c>Retry-After</c>, and work is put off until then.
/// </summary>
public sealed class CallNotPermittedException : ForgeException
{
    /// <summary>Says which limit holds the call up, and for how long.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="retryAfter">When the call could be made.</param>
    /// <param name="reason">The product's word for it, where it gave one.</param>
    /// <param name="isBackground">Whether users' calls could still be made.</param>
    public CallNotPermittedException(LimitName limit, TimeSpan retryAfter, string? reason, bool isBackground)
        : base(
            ForgeErrorCode.Unavailable,
            $"The call would go beyond a limit: {limit}{(reason is null ? "" : $" ({reason})")}. It can be made in {Math.Ceiling(retryAfter.TotalSeconds):0} s"
            + $"{(isBackground && limit.Scope is LimitScope.Site or LimitScope.App ? ", or at once by somebody who waits for it: what is left of this hour is kept for users" : "")}.")
    {
        (Limit, RetryAfter) = (limit, retryAfter);
    }

    /// <summary>The limit that holds the call up.</summary>
    public LimitName Limit { get; }
}
