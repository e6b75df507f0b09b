using System.Text.Json;

namespace ForgeOrleans.Api.Contract;

/// <summary>How the closed list of error codes is written, and which status goes with each.</summary>
internal static class ErrorCodes
{
    private static readonly string[] Names =
        [.. Enum.GetValues<ForgeErrorCode>().Select(code => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString()))];

    public static string Name(this ForgeErrorCode code) => Names[(int)code];

    public static int Status(this ForgeErrorCode code) => code switch
    {
        ForgeErrorCode.InvalidRequest => 400,
        ForgeErrorCode.InvalidToken => 401,
        ForgeErrorCode.Forbidden => 403,
        ForgeErrorCode.NotFound => 404,
        ForgeErrorCode.MethodNotAllowed => 405,
        ForgeErrorCode.Conflict => 409,
        ForgeErrorCode.PayloadTooLarge => 413,
        ForgeErrorCode.UnsupportedMediaType => 415,
        ForgeErrorCode.BadGateway => 502,
        ForgeErrorCode.TokenUnavailable or ForgeErrorCode.Unavailable => 503,
        ForgeErrorCode.DeadlineExceeded => 504,
        _ => 500,
    };

    /// <summary>The code for a status that somebody else chose.</summary>
    public static ForgeErrorCode Of(int status) => status switch
    {
        403 => ForgeErrorCode.Forbidden,
        404 or 410 => ForgeErrorCode.NotFound,
        405 => ForgeErrorCode.MethodNotAllowed,
        409 or 412 => ForgeErrorCode.Conflict,
        413 => ForgeErrorCode.PayloadTooLarge,
        415 => ForgeErrorCode.UnsupportedMediaType,
        502 => ForgeErrorCode.BadGateway,
        429 or 503 => ForgeErrorCode.Unavailable,
        504 => ForgeErrorCode.DeadlineExceeded,
        >= 400 and < 500 => ForgeErrorCode.InvalidRequest,
        _ => ForgeErrorCode.InternalError,
    };

    /// <summary>What to say for a status that came without a word.</summary>
    public static string Message(int status) => status switch
    {
        400 => "The request is not valid.",
        403 => "This invocation may not do that.",
        404 => "There is nothing at this address.",
        405 => "This address does not take that method.",
        409 or 412 => "Somebody else has changed this meanwhile.",
        413 => "The request is too large.",
        415 => "This address takes other content, usually application/json.",
        503 => "The service is not available at present. Try again.",
        >= 400 and < 500 => "The request was refused.",
        _ => "The request failed. The log has the reason under this trace id.",
    };
}
