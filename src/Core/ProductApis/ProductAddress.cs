using System.Buffers;

namespace ForgeOrleans.ProductApis;

/// <summary>
/// Decides where a call may go: below one base address, at an allowed origin. Whatever else a path could mean to a URL parser, here or on
/// the other side, is refused before a byte is sent.
/// </summary>
internal sealed class ProductAddress
{
    // A backslash is a slash to some parsers, and a control character can end a line of the request.
    private static readonly SearchValues<char> Suspicious =
        SearchValues.Create([.. Enumerable.Range(0, 0x21).Select(c => (char)c), '\\', '\x7f']);

    private readonly Uri _base;
    private readonly string _basePath;

    private ProductAddress(Uri baseAddress)
    {
        _base = baseAddress;
        _basePath = baseAddress.AbsolutePath.TrimEnd('/') + "/";
    }

    /// <summary>The address that relative ones are below of; ends with a slash.</summary>
    public Uri Base => new(_base, _basePath);

    public static ProductAddress Create(string baseUrl, IEnumerable<string> allowedOrigins)
    {
        if (!Uri.TryCreate(baseUrl, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0)
            throw new ProductCallException($"The base address '{baseUrl}' is not an http address.");
        if (!allowedOrigins.Any(origin => Uri.TryCreate(origin, UriKind.Absolute, out var allowed) && SameOrigin(allowed, address)))
            throw new ProductCallException(
                $"Calls to {Origin(address)} are not allowed. If this is where your product APIs are, add it to Forge:ProductApi:AllowedOrigins.");
        return new(address);
    }

    /// <summary>Returns where a path leads.</summary>
    /// <param name="path">A path below the base, with or without a leading slash, with a query if there is one.</param>
    public Uri Resolve(string path)
    {
        if (path.StartsWith("//", StringComparison.Ordinal) || path.AsSpan().ContainsAny(Suspicious) || HasScheme(path))
            throw Refused(path, "it is not a path below the product's base address");
        return Check(new Uri(_base, _basePath + path.TrimStart('/')), path);
    }

    /// <summary>Returns an absolute address if it is below the base, as a generated client or a redirect makes it.</summary>
    public Uri Check(Uri address) =>
        // On Unix '/path' alone parses as the address of a file.
        address is { IsAbsoluteUri: true, IsFile: false } ? Check(address, address.OriginalString) : Resolve(address.OriginalString);

    private Uri Check(Uri address, string original)
    {
        var path = original.AsSpan();
        if (HasParentSegment(path[..(path.IndexOfAny('?', '#') is >= 0 and var end ? end : path.Length)]))
            throw Refused(original, "'..' could lead out of the product's base address");
        if (!SameOrigin(address, _base) || address.UserInfo.Length > 0)
            throw Refused(original, $"it leads to another origin than {Origin(_base)}, which the token is not for");
        if (!address.AbsolutePath.StartsWith(_basePath, StringComparison.Ordinal))
            throw Refused(original, $"it is not below {_base.AbsolutePath}");
        return address;
    }

    private static bool HasScheme(string path)
    {
        var colon = path.IndexOf(':');
        return colon >= 0 && path.AsSpan(0, colon).IndexOfAny('/', '?', '#') < 0;
    }

    // Decoded as often as a chain of servers might: '%252e' becomes '.' at the second.
    private static bool HasParentSegment(ReadOnlySpan<char> path)
    {
        if (!path.Contains('%') && !path.Contains("..", StringComparison.Ordinal))
            return false;
        var decoded = path.ToString();
        for (var i = 0; i < 3; i++)
        {
            if (decoded.Split('/', '\\').Any(segment => segment.Split(';')[0] == ".."))
                return true;
            decoded = Uri.UnescapeDataString(decoded);
        }
        return decoded.Split('/', '\\').Contains("..");
    }

    private static bool SameOrigin(Uri left, Uri right) =>
        left.Scheme == right.Scheme && left.Port == right.Port && string.Equals(left.Host, right.Host, StringComparison.OrdinalIgnoreCase);

    private static string Origin(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static ProductCallException Refused(string path, string reason)
    {
        // Only the path: a query may hold what the site's users typed.
        var end = path.IndexOfAny(['?', '#']);
        return new($"The call to '{(end < 0 ? path : path[..end])}' was not sent: {reason}.");
    }
}
