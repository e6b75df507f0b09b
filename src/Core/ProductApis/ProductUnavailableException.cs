namespace ForgeOrleans.ProductApis;

/// <summary>
/// A product call was not made, because the product has failed again and again on this site. Unless the handler catches it, the caller is answered 503 <c>unavailable</c> with
/// <c>Retry-After</c>, and work is put off until then.
/// </summary>
public sealed class ProductUnavailableException : ForgeException
{
    /// <summary>Says which product, and when it is tried again.</summary>
    /// <param name="product">The product.</param>
    /// <param name="retryAfter">When a call may be made again.</param>
    public ProductUnavailableException(string product, TimeSpan retryAfter)
        : base(ForgeErrorCode.Unavailable, $"{product} does not answer on this site; calls to it are made again in {Math.Ceiling(retryAfter.TotalSeconds):0} s.") =>
        RetryAfter = retryAfter;
}
