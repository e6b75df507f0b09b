namespace ForgeOrleans.ProductApis;

/// <summary>
/// Right after an install a product refused a call of work: the platform is still granting the app its access (contract section 6). The work is tried
/// again soon.
/// </summary>
public sealed class AccessPendingException : ForgeException
{
    /// <summary>Says what the product answered.</summary>
    /// <param name="status">What the product answered.</param>
    /// <param name="retryAfter">When another attempt may succeed.</param>
    public AccessPendingException(int status, TimeSpan retryAfter)
        : base(ForgeErrorCode.Unavailable, $"The product answered {status}, but the app was only just installed and is still being granted its access. Try again later.") =>
        RetryAfter = retryAfter;
}
