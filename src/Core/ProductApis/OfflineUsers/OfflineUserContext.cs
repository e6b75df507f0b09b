using ForgeOrleans.Installations;

namespace ForgeOrleans.ProductApis;

/// <summary>Says for which context the token of a user must be that is to call a product (contract section 5).</summary>
internal static class OfflineUserContext
{
    /// <param name="facts">What is known of the site.</param>
    /// <param name="product">The product, which the app is installed in.</param>
    /// <param name="baseUrl">Where calls to it go.</param>
    /// <exception cref="OfflineUserException">The platform has no such tokens for it.</exception>
    public static string Of(InstallationFacts facts, string product, string baseUrl)
    {
        var context = facts.Contexts.FirstOrDefault(known => string.Equals(known.Name, product, StringComparison.OrdinalIgnoreCase));
        return (context?.CloudId ?? CloudIdIn(baseUrl, product)) is { } cloudId ? Ari(product, cloudId) : throw OfflineUserException.NoContext(product);
    }

    /// <summary>The gateway is no product; where the app is in only one, its tokens are for that.</summary>
    /// <param name="facts">What is known of the site.</param>
    /// <exception cref="OfflineUserException">The app is in several.</exception>
    public static string OfGateway(InstallationFacts facts) =>
        facts.Contexts.Where(context => context.CloudId is not null).ToList() is [{ CloudId: { } cloudId } only]
            ? Ari(only.Name, cloudId)
            : throw OfflineUserException.NoSingleContext();

    private static string Ari(string product, string cloudId) => $"ari:cloud:{product.ToLowerInvariant()}::site/{cloudId}";

    // Of tokens that name no contexts.
    private static string? CloudIdIn(string baseUrl, string product)
    {
        var (before, at) = ($"/ex/{product}/", baseUrl.IndexOf($"/ex/{product}/", StringComparison.OrdinalIgnoreCase));
        return at < 0 || baseUrl[(at + before.Length)..].Split('/')[0] is not { Length: > 0 } cloudId ? null : cloudId;
    }
}
