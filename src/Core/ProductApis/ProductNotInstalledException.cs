namespace ForgeOrleans.ProductApis;

/// <summary>The app is not installed in a product of this site. Unless the handler catches it, the caller is answered 404 <c>not_found</c>.</summary>
/// <param name="product">The product that was to be called.</param>
/// <param name="installed">The products that the app is installed in, as far as is known.</param>
public sealed class ProductNotInstalledException(string product, IReadOnlyList<string> installed) : ForgeException(
    ForgeErrorCode.NotFound,
    $"This site has no {product}: the app is installed in {(installed.Count == 0 ? "another product" : string.Join(", ", installed))}.");
