using System.Text.Json;

namespace ForgeOrleans.ProductApis;

/// <summary>By a link in the page: a place is a path below the product's base address.</summary>
/// <param name="path">Where the list begins.</param>
/// <param name="baseAddress">The product's base address; ends with a slash.</param>
internal sealed class LinkStyle(string path, Uri baseAddress) : PageStyle
{
    private const string Wiki = "/wiki";

    public override string First => path;

    public override HttpRequestMessage Request(string at) => Get(at);

    public override string? Next(string at, JsonElement answer, int count)
    {
        var links = Member(answer, "_links");
        var link = Text(Member(links, "next")) ?? Text(Member(answer, "next")) ?? Text(Member(answer, "nextPage"));
        // Products have been seen to leave a search's blanks as they are.
        return link?.Replace(" ", "%20", StringComparison.Ordinal) switch
        {
            null => null,
            ['?', ..] query => at.Split('?')[0] + query,
            ['/', ..] relative => BelowContext(at, relative, links),
            var other => Below(other, answer, links),
        };
    }

    // Version 1 of Confluence's API leaves its context out of its links, version 2 does not.
    private string BelowContext(string at, string link, JsonElement? links)
    {
        link = BelowBase(link);
        var context = Text(Member(links, "context"))
            ?? (Absolute(Text(Member(links, "base"))) is { } site ? BelowBase(site.AbsolutePath).TrimEnd('/') : at.StartsWith(Wiki + "/", StringComparison.Ordinal) ? Wiki : "");
        return link.StartsWith(context + "/", StringComparison.Ordinal) ? link : context + link;
    }

    // A product names itself by its own address where it is called at the gateway's: then the path is taken, and asked for at the gateway.
    private string Below(string link, JsonElement answer, JsonElement? links)
    {
        if (Absolute(link) is not { } next)
            throw new ProductPagingException("The product's link to its next page is no address.");
        if (IsOfOrigin(next, baseAddress) && next.AbsolutePath.StartsWith(baseAddress.AbsolutePath, StringComparison.Ordinal))
            return BelowBase(next.PathAndQuery);
        var own = new[] { Text(Member(links, "base")), Text(Member(links, "self")), Text(Member(answer, "self")) };
        return own.Select(Absolute).Any(site => site is not null && IsOfOrigin(next, site) && !IsOfOrigin(next, baseAddress))
            ? next.PathAndQuery
            : throw new ProductPagingException("The product's link to its next page leads to another site, and is not followed.");
    }

    private string BelowBase(string link) =>
        link.StartsWith(baseAddress.AbsolutePath, StringComparison.Ordinal) ? link[(baseAddress.AbsolutePath.Length - 1)..] : link;

    private static Uri? Absolute(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var absolute) && absolute.Scheme is "https" or "http" ? absolute : null;

    private static bool IsOfOrigin(Uri left, Uri right) => left.GetLeftPart(UriPartial.Authority) == right.GetLeftPart(UriPartial.Authority);
}
