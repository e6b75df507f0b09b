using System.Text;
using System.Text.Json;

namespace ForgeOrleans.Testing;

/// <summary>What a remote answered.</summary>
public abstract class RemoteAnswer
{
    private protected RemoteAnswer()
    {
    }

    /// <summary>The status.</summary>
    public abstract int Status { get; }

    /// <summary>The headers, by their names in any case; several values of one are joined by commas.</summary>
    public abstract IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The body; empty for none.</summary>
    public abstract ReadOnlyMemory<byte> Body { get; }

    /// <summary>The body as a text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The body as JSON.</summary>
    /// <exception cref="ForgeTestException">It is none.</exception>
    public JsonElement Json => As<JsonElement>();

    /// <summary>The body as an object of a type, read as ASP.NET Core reads JSON.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <exception cref="ForgeTestException">It is no JSON, or none of this type.</exception>
    public T As<T>()
    {
        try
        {
            return Body.Length > 0
                ? JsonSerializer.Deserialize<T>(Body.Span, PlatformApi.Json)!
                : throw new ForgeTestException($"The answer ({Status}) has no body.");
        }
        catch (JsonException cause)
        {
            throw new ForgeTestException($"The body of the answer ({Status}) can't be read as {typeof(T).Name}: {cause.Message} It is: {Start(Text)}", cause);
        }
    }

    /// <summary>The status and the beginning of the body.</summary>
    public override string ToString() => $"{Status} {Start(Text)}";

    private static string Start(string text)
    {
        const int Most = 500;
        return text.Length <= Most ? text : $"{text[..Most]}…";
    }

    private protected static IReadOnlyDictionary<string, string> Joined(IEnumerable<KeyValuePair<string, string[]>> headers) =>
        headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
}
