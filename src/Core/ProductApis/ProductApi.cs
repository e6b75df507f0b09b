using ForgeOrleans.Invocations;

namespace ForgeOrleans.ProductApis;

/// <summary>A product's API on the site that a handler runs for. Choose as whom to call.</summary>
public abstract class ProductApi
{
    private readonly ForgeProducts _products;
    private readonly string _product;

    private protected ProductApi(ForgeProducts products, string product) => (_products, _product) = (products, product);

    /// <summary>Calls as the app, with its own access token.</summary>
    /// <exception cref="ProductNotInstalledException">The app is not installed in this product.</exception>
    /// <exception cref="ProductCallException">Calls to it are not allowed.</exception>
    public ProductClient AsApp() => _products.Client(_product, Caller.App);

    /// <summary>Calls as the user in session.</summary>
    /// <exception cref="TokenUnavailableException">No user is in session.</exception>
    public ProductClient AsUser() => _products.Client(_product, Caller.Session);

    /// <summary>
    /// Calls as a user, in session or not: with the access token that the invocation brought, else with one that the site still has, else with one that the
    /// platform is asked for (contract section 5), which the manifest must allow: <c>allowImpersonation: true</c> at each scope.
    /// </summary>
    /// <remarks>The calls of what is returned throw <see cref="OfflineUserException"/> where the platform gives no token of this user.</remarks>
    /// <param name="accountId">The user's account id.</param>
    /// <exception cref="ProductNotInstalledException">The app is not installed in this product.</exception>
    public ProductClient AsUser(string accountId)
    {
        ArgumentNullException.ThrowIfNull(accountId);
        return _products.Client(_product, new(CallerKind.User, accountId));
    }
}

/// <summary>Jira's REST API: paths such as <c>/rest/api/3/search/jql</c>.</summary>
/// <param name="products">The site's products.</param>
public sealed class JiraApi(ForgeProducts products) : ProductApi(products, "jira");

/// <summary>Confluence's REST API: paths such as <c>/wiki/rest/api/content</c>.</summary>
/// <param name="products">The site's products.</param>
public sealed class ConfluenceApi(ForgeProducts products) : ProductApi(products, "confluence");

/// <summary>Bitbucket's REST API: paths such as <c>/2.0/repositories</c>.</summary>
/// <param name="products">The site's products.</param>
public sealed class BitbucketApi(ForgeProducts products) : ProductApi(products, "bitbucket");

/// <summary>Atlassian's GraphQL gateway, <c>/graphql</c>.</summary>
/// <param name="products">The site's products.</param>
public sealed class GraphQlApi(ForgeProducts products) : ProductApi(products, ForgeProducts.Gateway);

/// <summary>A product's API by the name of its context.</summary>
/// <param name="products">The site's products.</param>
/// <param name="name">The context's name.</param>
internal sealed class NamedApi(ForgeProducts products, string name) : ProductApi(products, name);

internal enum CallerKind
{
    App,
    Session,
    User,
}

/// <summary>As whom a call is made.</summary>
internal sealed record Caller(CallerKind Kind, string? AccountId = null)
{
    public static Caller App { get; } = new(CallerKind.App);

    public static Caller Session { get; } = new(CallerKind.Session);
}
