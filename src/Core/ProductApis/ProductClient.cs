using System.Net.Http.Json;
using System.Text.Json;

namespace ForgeOrleans.ProductApis;

/// <summary>
/// Calls one product of one site as one caller, much like an <see cref="HttpClient"/> whose paths are relative to the product's base
/// address. A status that is no success is returned, not thrown, except where a method says otherwise.
/// </summary>
/// <remarks>
/// Every method throws <see cref="ProductCallException"/> for an address that leaves the product, before a byte is sent, and
/// <see cref="TokenUnavailableException"/> when there is no token to call with. Calls wait for a permit of the site's gate, so that the products' limits are held, or throw
/// <see cref="CallNotPermittedException"/> at once when none comes in time; <see cref="ProductUnavailableException"/> says that the product is down. What may be done twice (GET, HEAD, PUT, DELETE, and what is
/// marked <see cref="ProductCall.Idempotent"/>) is tried again after a failure, anything after a 429, while the invocation's deadline allows. In the first minutes after an install a 401 or 403 is not
/// believed either: it is tried again for some seconds, and then, for work, <see cref="AccessPendingException"/> puts the work off.
/// </remarks>
public sealed class ProductClient
{
    private const int LargestBufferedBody = 50 * 1024 * 1024;

    private readonly ProductAddress _address;
    private readonly Func<bool, ProductCallHandler> _create;
    private readonly ProductCallHandler _handler;

    internal ProductClient(ProductAddress address, Func<bool, ProductCallHandler> create, bool isBackground = false) =>
        (_address, _create, _handler) = (address, create, create(isBackground));

    /// <summary>
    /// Returns a client whose calls leave room to those that a user waits for: they stop at a share of the hour's points, and come last where there is a line. Calls of
    /// work are always made so.
    /// </summary>
    public ProductClient InBackground() => new(_address, _create, isBackground: true);

    /// <summary>The product's base address on this site, for generated clients; ends with a slash.</summary>
    public Uri BaseAddress => _address.Base;

    /// <summary>
    /// Returns what sends the calls of a generated client (Kiota, NSwag, Refit, …): give it to an <see cref="HttpClient"/> whose
    /// <see cref="HttpClient.BaseAddress"/> is <see cref="BaseAddress"/>. It adds the token and keeps every rule of this client.
    /// </summary>
    public HttpMessageHandler CreateHandler() => _handler;

    /// <summary>Sends a request; its address is a path below the product's base address.</summary>
    /// <param name="request">The request. An <c>Authorization</c> header in it is replaced.</param>
    /// <param name="completion">Whether to return at the end of the answer's headers or of its body, which may then have 50 MB.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="HttpRequestException">The product could not be reached, did not answer in time, or answered too much.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead,
        CancellationToken cancellationToken = default)
    {
        var response = await _handler.CallAsync(request, cancellationToken);
        if (completion == HttpCompletionOption.ResponseHeadersRead)
            return response;
        try
        {
            await _handler.BufferAsync(response.Content, LargestBufferedBody, cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }
        return response;
    }

    /// <summary>Sends a GET.</summary>
    /// <param name="path">A path below the product's base address.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Sends a GET and reads the JSON of its answer.</summary>
    /// <typeparam name="T">What the JSON is.</typeparam>
    /// <param name="path">A path below the product's base address.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="HttpRequestException">The status is no success.</exception>
    public async Task<T?> GetFromJsonAsync<T>(string path, CancellationToken cancellationToken = default)
    {
        using var response = await GetAsync(path, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web, cancellationToken);
    }

    /// <summary>Sends a POST with JSON.</summary>
    /// <typeparam name="T">What is sent.</typeparam>
    /// <param name="path">A path below the product's base address.</param>
    /// <param name="value">What is sent.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<HttpResponseMessage> PostAsJsonAsync<T>(string path, T value, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, path, JsonContent.Create(value, options: JsonSerializerOptions.Web), cancellationToken);

    /// <summary>Sends a PUT with JSON.</summary>
    /// <typeparam name="T">What is sent.</typeparam>
    /// <param name="path">A path below the product's base address.</param>
    /// <param name="value">What is sent.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<HttpResponseMessage> PutAsJsonAsync<T>(string path, T value, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Put, path, JsonContent.Create(value, options: JsonSerializerOptions.Web), cancellationToken);

    /// <summary>Sends a DELETE.</summary>
    /// <param name="path">A path below the product's base address.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<HttpResponseMessage> DeleteAsync(string path, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Delete, path, null, cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, _address.Resolve(path)) { Content = content };
        return await SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
    }
}
