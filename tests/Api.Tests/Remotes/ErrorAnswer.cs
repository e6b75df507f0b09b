using System.Text.Json;

namespace ForgeOrleans.Api.Tests.Remotes;

/// <summary>The one form of errors that the platform passes on.</summary>
internal static class ErrorAnswer
{
    public static async Task<JsonElement> ShouldBeErrorAsync(this HttpResponseMessage response, int status, string code)
    {
        var body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, body);
        response.Content.Headers.ContentType?.ToString().ShouldBe("application/json");
        return body.ShouldBeError(code);
    }

    public static JsonElement ShouldBeError(this string body, string code)
    {
        var root = JsonDocument.Parse(body).RootElement;
        root.EnumerateObject().Select(property => property.Name).ShouldBe(["error"]);
        var error = root.GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe(code, body);
        error.GetProperty("message").GetString().ShouldNotBeNullOrWhiteSpace();
        error.GetProperty("traceId").GetString().ShouldNotBeNullOrWhiteSpace();
        error.EnumerateObject().Select(property => property.Name).Except(["code", "message", "traceId", "fields"]).ShouldBeEmpty();
        return error;
    }
}
