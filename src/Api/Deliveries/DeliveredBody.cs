using System.Text.Json;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>The body of a delivery.</summary>
/// <param name="Json">As JSON.</param>
/// <param name="Utf8">As it is stored. Neither has the platform's own token in it.</param>
internal sealed record DeliveredBody(JsonElement Json, ReadOnlyMemory<byte> Utf8)
{
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = WorkItem.DeepestPayload };

    /// <exception cref="ForgeException">A frontend calls, or the body is no JSON object, too large, or nested too deep.</exception>
    public static async Task<DeliveredBody> ReadAsync(HttpRequest request, ForgeInvocation invocation, CancellationToken cancellationToken)
    {
        request.HttpContext.RequestServices.GetRequiredService<PlatformCalls>().Demand(invocation);
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, cancellationToken);
        if (bytes.Length > WorkItem.LargestPayload)
            throw new ForgeException(ForgeErrorCode.PayloadTooLarge, $"A delivery's body has at most {WorkItem.LargestPayload:N0} bytes; this one has {bytes.Length:N0}.");
        return Parse(bytes.ToArray());
    }

    private static DeliveredBody Parse(byte[] sent)
    {
        // What the parser leaves alone until a text is read would fail wherever it is.
        if (!System.Text.Unicode.Utf8.IsValid(sent))
            throw new ForgeException(ForgeErrorCode.InvalidRequest, "A delivery's body is JSON in UTF-8; this one is not UTF-8.");
        try
        {
            // A trigger may come without anything to say.
            var kept = sent.Length == 0 ? "{}"u8.ToArray() : ContextToken.RemoveFrom(sent);
            var json = JsonElement.Parse(kept, Limits);
            return json.ValueKind == JsonValueKind.Object
                ? new(json, kept)
                : throw new ForgeException(ForgeErrorCode.InvalidRequest, "A delivery's body is a JSON object.");
        }
        catch (JsonException e)
        {
            throw new ForgeException(
                ForgeErrorCode.InvalidRequest, $"A delivery's body is JSON, nested at most {WorkItem.DeepestPayload} deep; this one cannot be read.", e);
        }
    }
}
