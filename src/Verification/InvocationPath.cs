using System.Text.Json;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Verification;

/// <summary>A call that the app's frontend makes with <c>invokeRemote</c>.</summary>
/// <param name="Method">One of GET, POST, PUT, PATCH, DELETE (contract, section 1).</param>
/// <param name="Path">Relative to the remote's base URL; it may have a query.</param>
/// <param name="Body">The JSON body; null for none.</param>
public sealed record InvocationPath(string Method, string Path, JsonNode? Body = null)
{
    /// <summary>In a body: a text that is different for each site, by which the verifier finds again what a site has written.</summary>
    public const string Marker = "{marker}";

    internal static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Reads <c>METHOD path [JSON body]</c>.</summary>
    /// <exception cref="VerificationException">It is not of that form; the message is a sentence.</exception>
    public static InvocationPath Parse(string text)
    {
        var parts = text.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length < 2)
            throw Refused(text, "it has a method, a path and, if it needs one, a JSON body, such as POST /tasks/ {\"title\": \"A task\"}");
        var method = parts[0].ToUpperInvariant();
        if (!Methods.Contains(method))
            throw Refused(text, $"invokeRemote knows the methods {string.Join(", ", Methods)}");
        if (!parts[1].StartsWith('/'))
            throw Refused(text, "its path begins with /");
        try
        {
            return new(method, parts[1], parts.Length > 2 ? JsonNode.Parse(parts[2]) : null);
        }
        catch (JsonException e)
        {
            throw Refused(text, $"its body is not JSON ({e.Message.TrimEnd('.')})");
        }
    }

    private static VerificationException Refused(string text, string problem) => new($"'{text}' is not a call: {problem}.");
}
