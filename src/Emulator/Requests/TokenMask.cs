using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>Keeps tokens out of what is shown, and finds those that a remote gave away (contract, section 5).</summary>
internal static partial class TokenMask
{
    private const string Scheme = "Bearer ";

    /// <summary>The platform's headers that have a token, and what it is called.</summary>
    private static readonly (string Header, string Name)[] Tokens =
    [
        ("authorization", "FIT"),
        ("x-forge-oauth-system", "system token"),
        ("x-forge-oauth-user", "user token"),
    ];

    /// <summary>A request's header without the platform's token.</summary>
    public static string WithoutToken(string name, string value) =>
        Array.FindIndex(Tokens, token => token.Header.Equals(name, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index
            ? value.StartsWith(Scheme, StringComparison.Ordinal)
                ? $"{Scheme}({Described(Tokens[index].Name, value.Length - Scheme.Length)})"
                : $"({Described(Tokens[index].Name, value.Length)})"
            : value;

    /// <summary>A text with every JSON Web Token in it replaced.</summary>
    public static string Hide(string text) => text.Contains("eyJ", StringComparison.Ordinal)
        ? Token().Replace(text, token => $"({Described("token", token.Length)})")
        : text;

    /// <summary>The header and claims of a request's FIT, still encoded, without the signature that makes a token of them.</summary>
    public static string? Unsigned(HttpRequestMessage request) =>
        Sent(request, Tokens[0].Header) is { } token && token.LastIndexOf('.') is > 0 and var end ? token[..end] : null;

    /// <summary>The names of a request's tokens that are in its answer.</summary>
    public static List<string> GivenAway(HttpRequestMessage request, ReadOnlySpan<byte> body, IReadOnlyDictionary<string, string[]> headers)
    {
        var found = new List<string>();
        foreach (var (header, name) in Tokens)
        {
            // The signature alone is enough to know a token, and enough to search for.
            if (Sent(request, header) is { } token && token[(token.LastIndexOf('.') + 1)..] is { Length: > 0 } signature
                && (IsIn(body, signature) || IsIn(headers, signature)))
            {
                found.Add(name);
            }
        }

        return found;
    }

    private static bool IsIn(ReadOnlySpan<byte> body, string signature) =>
        body.Length >= signature.Length && body.IndexOf(Encoding.ASCII.GetBytes(signature)) >= 0;

    private static bool IsIn(IReadOnlyDictionary<string, string[]> headers, string signature)
    {
        foreach (var values in headers.Values)
        {
            foreach (var value in values)
            {
                if (value.Length >= signature.Length && value.Contains(signature, StringComparison.Ordinal))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static string? Sent(HttpRequestMessage request, string header)
    {
        if (!request.Headers.NonValidated.TryGetValues(header, out var values))
        {
            return null;
        }

        var value = values.ToString();
        return value.StartsWith(Scheme, StringComparison.Ordinal) ? value[Scheme.Length..] : value;
    }

    private static string Described(string name, int length) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}, {length:N0} characters");

    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*)?")]
    private static partial Regex Token();
}
