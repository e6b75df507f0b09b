using System.Text.Json;
using System.Text.Json.Nodes;

namespace ForgeOrleans.ProductApis;

/// <summary>Lists that come in pages, in the products' three styles. What is returned asks for a page when the one before has been gone through.</summary>
/// <remarks>
/// The array of a page is <c>values</c>, <c>results</c> or <c>issues</c>, or the answer itself, or its only array; name it where that does not fit. What a page is refused with is
/// an <see cref="HttpRequestException"/> that has the status; an answer that is no page, or would never end, is a <see cref="ProductPagingException"/>.
/// </remarks>
public static class ProductPaging
{
    /// <summary>Lists by <c>startAt</c>, <c>maxResults</c>, <c>total</c> and <c>isLast</c>, as most of Jira does.</summary>
    /// <remarks>
    /// The next page begins behind what came, or where <c>nextPage</c> says, whatever <c>maxResults</c> was asked for. It ends with <c>isLast</c>, at <c>total</c>, or where neither is there with an empty page.
    /// </remarks>
    /// <typeparam name="T">What is in the list.</typeparam>
    /// <param name="client">Calls the product.</param>
    /// <param name="path">A path below the product's base address, with a <c>maxResults</c> if you like.</param>
    /// <param name="items">The name of the page's array.</param>
    /// <param name="search">Is sent by POST where it is not null: an object, which <c>startAt</c> is added to.</param>
    public static ProductPages<T> PagesByStartAt<T>(this ProductClient client, string path, string? items = null, object? search = null) =>
        new(client, new StartAtStyle(path, Json(search)), items);

    /// <summary>Lists by <c>nextPageToken</c>, as Jira's search of issues does.</summary>
    /// <typeparam name="T">What is in the list.</typeparam>
    /// <param name="client">Calls the product.</param>
    /// <param name="path">A path below the product's base address.</param>
    /// <param name="items">The name of the page's array.</param>
    /// <param name="search">Is sent by POST where it is not null: an object, which <c>nextPageToken</c> is added to.</param>
    public static ProductPages<T> PagesByToken<T>(this ProductClient client, string path, string? items = null, object? search = null) =>
        new(client, new TokenStyle(path, Json(search)), items);

    /// <summary>
    /// Lists by <c>_links.next</c>, as both versions of Confluence's API do, by Bitbucket's <c>next</c>, or by Jira's <c>nextPage</c>. A link that leads to another site is not followed.
    /// </summary>
    /// <typeparam name="T">What is in the list.</typeparam>
    /// <param name="client">Calls the product.</param>
    /// <param name="path">A path below the product's base address.</param>
    /// <param name="items">The name of the page's array.</param>
    public static ProductPages<T> PagesByLink<T>(this ProductClient client, string path, string? items = null) =>
        new(client, new LinkStyle(path, client.BaseAddress), items);

    private static JsonObject? Json(object? search) => search is null
        ? null
        : JsonSerializer.SerializeToNode(search, JsonSerializerOptions.Web) as JsonObject ?? throw new ArgumentException("A search is an object.", nameof(search));
}
