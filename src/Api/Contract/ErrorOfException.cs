using System.Text.Json;
using ForgeOrleans.ProductApis;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Contract;

/// <summary>What a caller is told of an exception: the message of those that are written for callers, nothing of the others.</summary>
internal static class ErrorOfException
{
    public static ForgeError From(Exception exception) => exception switch
    {
        _ when WouldMislead(exception) => new(ForgeErrorCode.BadGateway, ErrorCodes.Message(502)),
        ForgeException e => new(e.Code, e.Message) { RetryAfter = e.RetryAfter },
        BadHttpRequestException { InnerException: JsonException json } => InvalidJson(json),
        BadHttpRequestException e => new(ErrorCodes.Of(e.StatusCode), Bad(e)) { Status = e.StatusCode },
        HttpRequestException => new(ForgeErrorCode.BadGateway, "A service that this request needs did not answer as it should. Try again later."),
        _ => new(ForgeErrorCode.InternalError, ErrorCodes.Message(500)),
    };

    /// <summary>Whether somebody should look at it: not what callers did wrong.</summary>
    public static bool IsOurFault(Exception exception) =>
        WouldMislead(exception) || exception is not (ForgeException { Code: not ForgeErrorCode.InternalError } or BadHttpRequestException);

    // Only a Forge Invocation Token that did not verify is 401 (contract section 4), and an exception is no redirect and no success.
    private static bool WouldMislead(Exception exception) =>
        exception is ForgeException { Code: ForgeErrorCode.InvalidToken } or BadHttpRequestException { StatusCode: 401 or < 400 or > 499 };

    private static ForgeError InvalidJson(JsonException json)
    {
        const string message = "The request's body is not the JSON that is expected here.";
        return json.Path is { Length: > 0 } path
            ? new(ForgeErrorCode.InvalidRequest, message) { Fields = new Dictionary<string, string[]> { [Field(path)] = ["This is missing or of another type than expected."] } }
            : new(ForgeErrorCode.InvalidRequest, message);
    }

    private static string Field(string path) => path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;

    // ASP.NET Core's own sentences name the parameter, as 'Required parameter "string team" was not provided from query string.'
    private static string Bad(BadHttpRequestException e) =>
        e.StatusCode == StatusCodes.Status400BadRequest ? e.Message : ErrorCodes.Message(e.StatusCode);
}
