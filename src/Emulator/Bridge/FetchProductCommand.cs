using System.Text.Json;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>
/// <c>callBridge('fetchProduct', …)</c> of a frontend's <c>requestJira</c> and <c>requestConfluence</c>: a call of the emulated product as
/// the user in session, with the scopes of the manifest. It goes through the same gates as a remote's call, so scopes, limits and faults
/// meet it too. Whatever the product answers resolves (contract section 12).
/// </summary>
internal sealed class FetchProductCommand(Platform platform, AccessTokens tokens) : IDisposable
{
    private readonly HttpMessageInvoker _client = new(RemoteHandler.Create());

    public async Task<FetchAnswer> RunAsync(Caller caller, JsonElement input, CancellationToken ct)
    {
        using var request = Request(caller, input);
        try
        {
            using var response = await _client.SendAsync(request, ct);
            var body = await response.Content.ReadAsByteArrayAsync(ct);
            return BridgeFetch.Answer((int)response.StatusCode, response.ReasonPhrase, RemoteClient.Headers(response), body);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            throw CallRefusedException.Rejection("Failed to fetch", cause.InnerException?.Message ?? cause.Message);
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Request(Caller caller, JsonElement input)
    {
        var url = Address(caller.Site, input);
        var request = BridgeFetch.Request(url, BridgeFetch.Init(input, "fetchProduct"), BridgeFetch.IsMultipart(input));
        if (caller.User is { } user)
        {
            RemoteClient.Set(request, [("authorization", $"Bearer {tokens.For(caller.Site, user)}")]);
        }

        return request;
    }

    private Uri Address(Site site, JsonElement input)
    {
        var product = input.Text("product");
        if (product is null || !Site.AllProducts.Contains(product))
        {
            throw CallRefusedException.Rejection(
                $"The emulator plays {string.Join(" and ", Site.AllProducts)}, not \"{product}\".");
        }

        var path = input.Text("restPath");
        var api = $"{platform.ApiBaseUrl(product, site)}/";
        // A path with ".." must not lead to another site's product.
        return path is ['/', ..]
            && Uri.TryCreate(api + path.TrimStart('/'), UriKind.Absolute, out var url)
            && url.AbsoluteUri.StartsWith(api, StringComparison.Ordinal)
            ? url
            : throw CallRefusedException.Rejection(
                $"The path of a product's API begins with \"/\", such as /rest/api/3/myself, and stays below it; \"{path}\" does not.");
    }
}
