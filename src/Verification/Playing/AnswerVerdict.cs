using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;

namespace ForgeOrleans.Verification.Playing;

/// <summary>What the platform makes of an answer to <c>invokeRemote</c> (contract, section 4).</summary>
internal static class AnswerVerdict
{
    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 1000 };

    /// <summary>Why the caller's promise would be rejected, as the predicate of a sentence; null when it resolves.</summary>
    public static string? Problem(RemoteAnswer answer)
    {
        if (answer.Failure is { } failure)
            return failure;
        if (answer.IsUnauthorized)
            return "answered 401 to a good token, which tells the platform that the token did not verify; use 403, or 404";
        if (answer.IsRedirect)
            return $"answered {answer.Status}, a redirect, and the platform follows none{Target(answer)}";
        if (answer.Body.Length > RemoteAnswer.LargestBody)
            return "answered more than the 5 MB that the platform takes";
        if (answer.IsSuccess)
            return answer.Body.Length == 0 || IsJson(answer.Body) ? null : $"answered {answer.Status} with a body that is not JSON ({answer.Excerpt})";
        if (answer.ContentType is { } type && !IsJson(type))
            return $"answered {answer.Status} with content-type {type}: of an error the platform takes application/json only";
        if (answer.Body.Length == 0)
            return $"answered {answer.Status} without a body: an error needs one of JSON";
        return IsJson(answer.Body) ? null : $"answered {answer.Status} with a body that is not JSON ({answer.Excerpt})";
    }

    public static bool IsJson(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Lenient);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsJson(string contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && MediaTypeNames.Application.Json.Equals(type.MediaType, StringComparison.OrdinalIgnoreCase);

    private static string Target(RemoteAnswer answer) =>
        answer.Headers.TryGetValue("location", out var location) ? $" (to {TokenMask.Hide(string.Join(", ", location))})" : "";
}
