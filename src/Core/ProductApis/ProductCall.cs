namespace ForgeOrleans.ProductApis;

/// <summary>What a caller says of a request beyond what HTTP itself says.</summary>
public static class ProductCall
{
    /// <summary>
    /// The request may be made twice and comes to the same, though its method does not promise that: a POST that only reads, or that leaves the
    /// same behind each time. It is tried again where a PUT would be.
    /// </summary>
    public static HttpRequestOptionsKey<bool> Idempotent { get; } = new("ForgeOrleans.ProductApis.Idempotent");

    /// <summary>Marks a request as one that may be made twice; see <see cref="Idempotent"/>.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The same request.</returns>
    public static HttpRequestMessage MarkIdempotent(this HttpRequestMessage request)
    {
        request.Options.Set(Idempotent, true);
        return request;
    }
}
