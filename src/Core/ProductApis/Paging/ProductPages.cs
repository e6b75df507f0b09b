using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ForgeOrleans.ProductApis;

/// <summary>A list that a product gives in pages: what is in it, one after the other, or <see cref="AsPages"/>. Every enumeration asks the product anew.</summary>
/// <typeparam name="T">What is in the list.</typeparam>
public sealed class ProductPages<T> : IAsyncEnumerable<T>
{
    // What a user may not see is left out of a page, and of some pages nothing is left.
    private const int MostEmptyInARow = 20;

    private static readonly string[] UsualNames = ["values", "results", "issues"];

    private readonly ProductClient _client;
    private readonly PageStyle _style;
    private readonly string? _items;

    internal ProductPages(ProductClient client, PageStyle style, string? items) => (_client, _style, _items) = (client, style, items);

    /// <summary>Lists the pages.</summary>
    /// <param name="from">Where to go on: <see cref="ProductPage{T}.Next"/> of an earlier page; null begins at the first.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProductPagingException">The product answered no page, or one that leads back to where it was before.</exception>
    /// <exception cref="HttpRequestException">The status of a page is no success.</exception>
    public async IAsyncEnumerable<ProductPage<T>> AsPages(string? from = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var at = from ?? _style.First;
        var (seen, empty) = (new HashSet<string>(StringComparer.Ordinal) { at }, 0);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var answer = await FetchAsync(at, cancellationToken);
            var items = Items(answer).EnumerateArray().Select(Read).ToList();
            var next = _style.Next(at, answer, items.Count);
            empty = items.Count == 0 ? empty + 1 : 0;
            if (next is not null && !seen.Add(next))
                throw new ProductPagingException("The product answered a page that leads back to one before it; its list would never end.");
            if (next is not null && empty > MostEmptyInARow)
                throw new ProductPagingException($"The product answered {empty} empty pages in a row, and each says that there are more.");
            yield return new(items, next);
            if (next is null)
                yield break;
            at = next;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var page in AsPages(cancellationToken: cancellationToken))
            foreach (var item in page.Items)
                yield return item;
    }

    // Every page comes through here, as a call like any other: what makes calls wait makes pages wait, and what it throws ends the list, which can be gone on with later from the last page's end.
    private async Task<JsonElement> FetchAsync(string at, CancellationToken cancellationToken)
    {
        using var request = _style.Request(at);
        using var response = await _client.SendAsync(request, cancellationToken: cancellationToken);
        response.EnsureSuccessStatusCode();
        try
        {
            return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        }
        catch (JsonException e)
        {
            throw new ProductPagingException("The product answered something else than JSON.", e);
        }
    }

    private JsonElement Items(JsonElement answer)
    {
        if (answer.ValueKind == JsonValueKind.Array)
            return answer;
        foreach (var name in _items is null ? UsualNames : [_items])
            if (PageStyle.Member(answer, name) is { ValueKind: JsonValueKind.Array } named)
                return named;
        if (_items is null && answer.ValueKind == JsonValueKind.Object
            && answer.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Array).ToList() is [var only])
            return only.Value;
        throw new ProductPagingException(_items is null
            ? "The product's answer does not say by itself which array is the page: name it when you ask for the pages."
            : $"The product's answer has no array '{_items}'.");
    }

    private static T Read(JsonElement item)
    {
        try
        {
            return item.Deserialize<T>(JsonSerializerOptions.Web)!;
        }
        catch (JsonException e)
        {
            throw new ProductPagingException($"The product's list has something in it that is no {typeof(T).Name}.", e);
        }
    }
}

/// <summary>A page of a list.</summary>
/// <typeparam name="T">What is in the list.</typeparam>
/// <param name="Items">What is on the page; it may be nothing, though others follow.</param>
/// <param name="Next">Where the list goes on, for <see cref="ProductPages{T}.AsPages"/>, now or at another time; null at the end.</param>
public sealed record ProductPage<T>(IReadOnlyList<T> Items, string? Next);
