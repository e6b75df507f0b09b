using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.WebTriggers;

/// <summary>What the caller of a web trigger sent, the same in both forms. All of it is the caller's word: none of it says who calls.</summary>
public sealed record WebTriggerRequest
{
    private static readonly IHeaderDictionary NoHeaders = new HeaderDictionary { IsReadOnly = true };

    /// <summary>The caller's method, such as <c>GET</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The path as the platform gives it: in an envelope that of the trigger's own address, otherwise that at this remote.</summary>
    public required string Path { get; init; }

    /// <summary>What the caller added to the trigger's address, with a slash before it. Empty when that is nothing.</summary>
    public string UserPath { get; init; } = "";

    /// <summary>
    /// The caller's headers; names are compared without regard to case. Without those of a single connection, and without Forge's. The caller's
    /// <c>Authorization</c> comes in an envelope only; otherwise the platform's own token stands in its place.
    /// </summary>
    public IHeaderDictionary Headers { get; init; } = NoHeaders;

    /// <summary>The caller's query; names are compared without regard to case.</summary>
    public IQueryCollection Query { get; init; } = QueryCollection.Empty;

    /// <summary>The body's bytes, at most 5 MB; of an envelope's body, which is text, those in UTF-8.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body as text in UTF-8. Made anew whenever it is asked for.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>Reads the body as JSON, whatever its content type.</summary>
    /// <typeparam name="T">What it is read as.</typeparam>
    /// <param name="options">How; the web's conventions when it is absent.</param>
    /// <exception cref="BadHttpRequestException">It is empty, <c>null</c> or other JSON than that. Not caught, it is answered 400, with the place.</exception>
    public T ReadJson<T>(JsonSerializerOptions? options = null)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Body.Span, options ?? JsonSerializerOptions.Web)
                ?? throw new JsonException("The body is null.");
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException("The body is not the JSON that is expected here.", StatusCodes.Status400BadRequest, e);
        }
    }

    /// <summary>Gives a handler its parameter.</summary>
    /// <param name="context">The handler's request.</param>
    /// <exception cref="InvalidOperationException">The endpoint is none of a web trigger.</exception>
    public static ValueTask<WebTriggerRequest?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(context.Features.Get<WebTriggerCall>()?.Request ?? throw new InvalidOperationException(
            $"{context.GetEndpoint()?.DisplayName} takes a WebTriggerRequest and is not mapped with MapForgeWebTrigger. Map it so."));
    }

    /// <summary>Says the method and what was added to the path, nothing of the headers and the query, which may hold secrets.</summary>
    public override string ToString() => $"{Method} {UserPath}";
}
