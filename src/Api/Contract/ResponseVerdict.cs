using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Contract;

/// <summary>What becomes of a handler's response: sent as it is, mended, or replaced by an error (contract section 4).</summary>
/// <param name="Error">What is sent in its place.</param>
/// <param name="Body">What is sent as its body, when it is not replaced.</param>
/// <param name="ContentType">Its content type, when that was mended.</param>
/// <param name="Warning">What the developer should know.</param>
internal readonly record struct ResponseVerdict(ForgeError? Error, ReadOnlyMemory<byte> Body, string? ContentType, string? Warning)
{
    // JavaScript's parser, which is the platform's, has no limit of its own.
    private const int DeepestJson = 1_000;

    public static ResponseVerdict TooLarge { get; } = Replace(
        new(ForgeErrorCode.ResponseTooLarge, "The response is larger than the 5 MB that the platform passes on."), "its response is larger than 5 MB");

    public static ResponseVerdict Judge(HandlerExchange exchange, bool isRaw)
    {
        var (status, body) = (exchange.StatusCode, exchange.Response.Written);
        if (exchange.Response.HasOverflowed)
            return TooLarge;
        return status switch
        {
            401 => NotPassedOn("it answered 401, which the platform takes for a Forge Invocation Token that did not verify"),
            < 200 or > 599 => NoStatus(status),
            >= 300 and < 400 => NotPassedOn($"it answered {status}, and the platform follows no redirects"),
            >= 200 and < 300 => Success(exchange, body, isRaw),
            _ => Failure(exchange, status, body),
        };
    }

    public static ResponseVerdict NoStatus(int status) => NotPassedOn($"it answered {status}, which is no status of an answer");

    public static ResponseVerdict NotPassedOn(string warning) =>
        Replace(new(ForgeErrorCode.BadGateway, "The app's backend answered what the platform does not pass on."), warning);

    private static ResponseVerdict Success(HandlerExchange exchange, ReadOnlyMemory<byte> body, bool isRaw)
    {
        if (body.IsEmpty || exchange.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent)
            return new(null, default, null, null);
        var contentType = MediaType(exchange);
        if (isRaw || ((contentType.IsEmpty || IsJson(contentType)) && IsJsonText(body.Span)))
            return new(null, body, null, null);
        if (contentType is "text/plain" && ReturnsText(exchange.Endpoint))
            return new(null, JsonSerializer.SerializeToUtf8Bytes(System.Text.Encoding.UTF8.GetString(body.Span)), ErrorResponse.ContentType, null);
        return NotPassedOn(
            IsJson(contentType)
                ? "its response says that it is JSON and is not"
                : $"its response is '{contentType}', and the platform passes only JSON on; if it is called with requestRemote alone, mark it with WithRawResponse()");
    }

    private static ResponseVerdict Failure(HandlerExchange exchange, int status, ReadOnlyMemory<byte> body)
    {
        var plain = new ForgeError(ErrorCodes.Of(status), ErrorCodes.Message(status)) { Status = status };
        if (body.IsEmpty)
            return new(plain, default, null, null);
        var contentType = MediaType(exchange);
        if (contentType is "application/problem+json" && IsJsonText(body.Span))
            return new(OfProblem(body, plain), default, null, null);
        if ((contentType.IsEmpty || IsJson(contentType)) && IsJsonText(body.Span))
            return new(null, body, ErrorResponse.ContentType, null);
        return Replace(plain, $"its error is '{contentType}', and the platform passes only JSON on");
    }

    private static ResponseVerdict Replace(ForgeError error, string warning) => new(error, default, null, warning);

    // What Results.Problem and the framework's validation write, in this project's own form.
    private static ForgeError OfProblem(ReadOnlyMemory<byte> body, ForgeError plain)
    {
        using var problem = JsonDocument.Parse(body);
        if (problem.RootElement.ValueKind != JsonValueKind.Object)
            return plain;
        var fields = problem.RootElement.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object
            ? errors.EnumerateObject().ToDictionary(field => field.Name, field => Texts(field.Value))
            : null;
        var message = Text(problem.RootElement, "detail") ?? Text(problem.RootElement, "title") ?? plain.Message;
        return plain with { Message = fields is null ? message : "The request is not valid.", Fields = fields };
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string[] Texts(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select(text => text.ToString())]
        : [value.ToString()];

    private static ReadOnlySpan<char> MediaType(HandlerExchange exchange)
    {
        var header = exchange.ResponseHeaders.ContentType.ToString().AsSpan();
        var end = header.IndexOf(';');
        return (end < 0 ? header : header[..end]).Trim();
    }

    private static bool IsJson(ReadOnlySpan<char> contentType) =>
        contentType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        || (contentType.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && contentType.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    private static bool IsJsonText(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = DeepestJson });
        try
        {
            while (reader.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Minimal APIs write a returned string as text; Results.Text, which means text, returns an IResult instead.
    private static bool ReturnsText(Endpoint? endpoint)
    {
        var type = endpoint?.Metadata.GetMetadata<MethodInfo>()?.ReturnType;
        return type == typeof(string) || type == typeof(Task<string>) || type == typeof(ValueTask<string>);
    }
}
