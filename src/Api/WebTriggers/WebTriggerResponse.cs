using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ForgeOrleans.Api.WebTriggers;

/// <summary>What the caller of a web trigger gets, the same in both forms but for a 401: where that would be the status of the answer itself, it becomes 403.</summary>
public sealed record WebTriggerResponse : IResult
{
    private static readonly SearchValues<char> InNames =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly Dictionary<string, StringValues> NoHeaders = [];

    /// <summary>The status, from 200 to 599.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no status of an answer.</exception>
    public int StatusCode
    {
        get;
        init => field = value is >= 200 and <= 599
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A web trigger is answered with a status from 200 to 599.");
    } = StatusCodes.Status200OK;

    /// <summary>The headers. Those of a single connection and those that begin with <c>forge-</c>, <c>x-forge-</c> or <c>x-b3-</c> are not sent.</summary>
    public IReadOnlyDictionary<string, StringValues> Headers { get; init => field = value ?? NoHeaders; } = NoHeaders;

    /// <summary>The body, at most 5 MB. It has to be text in UTF-8 where the platform calls with an envelope. A 204, 205 or 304 has none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Answers with JSON.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="statusCode">The status, from 200 to 599.</param>
    /// <param name="options">How it is written; with the web's conventions when it is absent.</param>
    public static WebTriggerResponse Json<T>(T value, int statusCode = StatusCodes.Status200OK, JsonSerializerOptions? options = null) =>
        Content(JsonSerializer.SerializeToUtf8Bytes(value, options ?? JsonSerializerOptions.Web), "application/json", statusCode);

    /// <summary>Answers with text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="statusCode">The status, from 200 to 599.</param>
    /// <param name="contentType">What kind of text; its charset is UTF-8.</param>
    public static WebTriggerResponse Text(string text, int statusCode = StatusCodes.Status200OK, string contentType = "text/plain; charset=utf-8") =>
        Content(Encoding.UTF8.GetBytes(text), contentType, statusCode);

    /// <summary>Answers with a status and no body.</summary>
    /// <param name="statusCode">The status, from 200 to 599.</param>
    public static WebTriggerResponse Status(int statusCode) => new() { StatusCode = statusCode };

    /// <summary>The same with another header.</summary>
    /// <param name="name">The header's name; one of that name, in whatever case, is replaced.</param>
    /// <param name="values">Its values.</param>
    public WebTriggerResponse WithHeader(string name, StringValues values)
    {
        var headers = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        foreach (var (known, its) in Headers)
            headers[known] = its;
        // As it is written now.
        headers.Remove(name);
        headers[name] = values;
        return this with { Headers = headers };
    }

    /// <summary>Writes it as the response to a request, plainly: for the envelope's form it is wrapped later.</summary>
    /// <param name="httpContext">The request.</param>
    /// <exception cref="InvalidOperationException">A header cannot be sent: its name is none, or a value has other characters than visible ASCII.</exception>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var response = httpContext.Response;
        response.StatusCode = StatusCode;
        foreach (var (name, values) in Headers)
            response.Headers[name] = IsHeader(name, values)
                ? values
                // Not the value, which may be a secret.
                : throw new InvalidOperationException($"The header '{name}' cannot be sent: a name is of letters, digits and dashes, and a value of visible ASCII characters.");
        await response.Body.WriteAsync(Body);
    }

    /// <summary>Says the status and the size, nothing of the headers, which may hold secrets.</summary>
    public override string ToString() => $"{StatusCode}, {Body.Length} bytes";

    // What HTTP would refuse anyhow, and an envelope would let through.
    internal static bool IsHeader(string name, StringValues values) =>
        name.Length > 0 && !name.AsSpan().ContainsAnyExcept(InNames)
        && values.All(value => value is null || value.All(c => c is '\t' or (>= ' ' and <= '~')));

    private static WebTriggerResponse Content(byte[] body, string contentType, int statusCode) => new()
    {
        StatusCode = statusCode,
        Headers = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase) { [HeaderNames.ContentType] = contentType },
        Body = body,
    };
}
