using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.ProductApis;

/// <summary>The product APIs of the site that a handler runs for.</summary>
/// <param name="scope">The site.</param>
/// <param name="actors">Finds the installation, which has tokens that the invocation did not bring.</param>
/// <param name="sender">Sends.</param>
/// <param name="options">Where calls may go.</param>
/// <param name="clock">Tells which tokens have expired and how long to wait.</param>
public sealed class ForgeProducts(
    HandlerScope scope, IActors actors, ProductSender sender, IOptions<ProductApiOptions> options, TimeProvider clock)
{
    internal const string Gateway = "graphql";
    internal const string Storage = "forge-storage";

    /// <summary>Returns the API of any product by the name of its context (contract section 3), such as <c>compass</c>.</summary>
    /// <param name="product">The context's name.</param>
    public ProductApi For(string product) => new NamedApi(this, product);

    internal ProductClient Client(string product, Caller caller)
    {
        if (caller.Kind == CallerKind.Session && scope.Invocation.Principal is null)
            throw TokenUnavailableException.ForNoUser();
        var address = ProductAddress.Create(BaseUrl(product), options.Value.Origins());
        // A user may have lost an access that the app still has, the gateway is no site's, and to storage an absent key is a 404.
        var isOfApp = caller.Kind == CallerKind.App && product is not (Gateway or Storage);
        return new(address, isBackground => new(address, product, sender, scope, () => TokenAsync(caller), isOfApp, isBackground));
    }

    private string BaseUrl(string product)
    {
        if (product == Gateway)
            return options.Value.GatewayUrl;
        if (product == Storage)
            return options.Value.StorageUrl(scope.Invocation);
        var installation = scope.Invocation.Installation;
        var context = installation.Contexts.FirstOrDefault(c => string.Equals(c.Name, product, StringComparison.OrdinalIgnoreCase));
        if (context?.ApiBaseUrl is { } baseUrl)
            return baseUrl;
        // Older tokens have no contexts; their one base address says of which product it is.
        if (installation.Contexts.Count == 0 && installation.ApiBaseUrl is { } only && IsOf(product, only))
            return only;
        throw new ProductCallException(
            $"This site has no {product}: the app is installed in {(installation.Contexts.Count == 0
                ? "another product" : string.Join(", ", installation.Contexts.Select(c => c.Name)))}.");
    }

    private static bool IsOf(string product, string baseUrl) =>
        baseUrl.Contains($"/ex/{product}/", StringComparison.OrdinalIgnoreCase)
        || (product == "bitbucket" && baseUrl.StartsWith("https://api.bitbucket.org", StringComparison.OrdinalIgnoreCase));

    private async ValueTask<AccessToken> TokenAsync(Caller caller)
    {
        var sent = scope.Tokens;
        var inSession = scope.Invocation.Principal;
        (string? Header, string? AccountId, Func<TokenUnavailableException> Missing) wanted = caller.Kind switch
        {
            CallerKind.App => (sent.System, null, TokenUnavailableException.ForApp),
            CallerKind.Session => (sent.User, inSession, TokenUnavailableException.ForSession),
            _ => (caller.AccountId == inSession ? sent.User : null, caller.AccountId, TokenUnavailableException.ForUser),
        };
        if (wanted.Header is { } header && AccessToken.Receive(header, sent.ReceivedAt) is var brought && brought.IsUsable(clock.GetUtcNow()))
            return brought;
        return await actors.Get<IInstallationActor>(scope.InstallationId).GetTokenAsync(new(wanted.AccountId)) ?? throw wanted.Missing();
    }
}
