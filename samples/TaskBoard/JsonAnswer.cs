using System.Text.Json;
using ForgeOrleans;

namespace TaskBoard;

/// <summary>What a product has answered, to be passed on.</summary>
internal static class JsonAnswer
{
    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response, string product, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        }
        catch (JsonException e)
        {
            throw new ForgeException(ForgeErrorCode.BadGateway, $"{product} answered {(int)response.StatusCode} without JSON. Try again later.", e);
        }
    }
}
