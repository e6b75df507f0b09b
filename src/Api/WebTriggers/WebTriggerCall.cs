using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using ForgeOrleans.Api.Contract;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ForgeOrleans.Api.WebTriggers;

/// <summary>
/// A call of a web trigger. Whichever form it comes in, everything after this sees the caller's request, and what is answered goes back in the
/// same form.
/// </summary>
internal sealed class WebTriggerCall
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HandlerExchange _exchange;
    private readonly bool _isEnveloped;

    private WebTriggerCall(HandlerExchange exchange, WebTriggerForm form)
    {
        _exchange = exchange;
        var request = exchange.Context.Request;
        var path = request.Path.Value ?? "";
        _isEnveloped = form != WebTriggerForm.Direct && IsEnveloped(exchange, form);
        if (_isEnveloped)
            path = Unwrap(exchange);
        WebTriggerHeaders.RemoveOthers(request.Headers);
        var userPath = request.RouteValues[WebTriggerMetadata.UserPathName] as string;
        Request = new()
        {
            Method = request.Method,
            Path = path,
            UserPath = string.IsNullOrEmpty(userPath) ? "" : "/" + userPath,
            Headers = request.Headers,
            Query = request.Query,
            Body = exchange.RequestContent,
        };
        exchange.Context.Features.Set(this);
    }

    /// <summary>What the caller sent.</summary>
    public WebTriggerRequest Request { get; }

    /// <summary>Runs the handler on the caller's request.</summary>
    /// <exception cref="ForgeException">The request is an envelope of another form than the contract's, or none where one is demanded: 400.</exception>
    public static async Task RunAsync(HandlerExchange exchange, WebTriggerForm form, RequestDelegate next)
    {
        var call = new WebTriggerCall(exchange, form);
        try
        {
            await next(exchange.Context);
        }
        // What the caller is meant to hear reaches it in both forms. What failed here is the platform's to know as well.
        catch (Exception e) when (call._isEnveloped && !ErrorOfException.IsOurFault(e))
        {
            exchange.ResponseHeaders = new HeaderDictionary();
            exchange.Response.Clear();
            await ErrorResponse.WriteAsync(exchange.Context, ErrorOfException.From(e));
        }
    }

    /// <summary>Makes of the handler's response what is sent: it itself, or an envelope with it.</summary>
    /// <param name="limit">The most bytes that the platform passes on.</param>
    public ResponseVerdict Judge(int limit)
    {
        if (_exchange.Response.HasOverflowed)
            return ResponseVerdict.TooLarge;
        if (_exchange.StatusCode is < 200 or > 599)
            return ResponseVerdict.NoStatus(_exchange.StatusCode);
        WebTriggerHeaders.RemoveOthers(_exchange.ResponseHeaders);
        var body = _exchange.StatusCode is 204 or 205 or 304 ? default : _exchange.Response.Written;
        if (_isEnveloped)
            return Wrap(body, limit);
        if (_exchange.StatusCode == StatusCodes.Status401Unauthorized)
        {
            // 401 means that the Forge Invocation Token did not verify, and no credentials asked for would ever reach the handler in this form.
            _exchange.StatusCode = StatusCodes.Status403Forbidden;
            _exchange.ResponseHeaders.Remove(HeaderNames.WWWAuthenticate);
        }
        return new(null, body, null, null);
    }

    private static bool IsEnveloped(HandlerExchange exchange, WebTriggerForm form)
    {
        var request = exchange.Context.Request;
        var isPossible = HttpMethods.IsPost(request.Method)
            && string.IsNullOrEmpty(request.RouteValues[WebTriggerMetadata.UserPathName] as string)
            && !request.QueryString.HasValue
            && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
        if (form == WebTriggerForm.Envelope)
            return isPossible
                ? true
                : throw new ForgeException(
                    ForgeErrorCode.InvalidRequest, "This web trigger takes envelopes only: a POST of application/json to exactly its path, without a query.");
        return isPossible && WebTriggerEnvelope.IsOne(exchange.RequestContent.Span);
    }

    private static string Unwrap(HandlerExchange exchange)
    {
        var envelope = WebTriggerEnvelope.Read(exchange.RequestContent.Span);
        var request = exchange.Context.Request;
        request.Method = envelope.Method;
        request.Headers.Clear();
        foreach (var (name, values) in envelope.Headers)
            request.Headers[name] = values;
        request.Query = new QueryCollection(envelope.Query);
        exchange.RequestContent = envelope.Body;
        if (envelope.UserPath.TrimStart('/') is { Length: > 0 } userPath)
            request.RouteValues[WebTriggerMetadata.UserPathName] = userPath;
        return envelope.Path;
    }

    private ResponseVerdict Wrap(ReadOnlyMemory<byte> body, int limit)
    {
        if (!Utf8.IsValid(body.Span))
            return ResponseVerdict.NotPassedOn("its body is not text in UTF-8, and the envelope that the platform called with holds only text");
        var json = new ArrayBufferWriter<byte>(body.Length + 1024);
        using (var writer = new Utf8JsonWriter(json, Relaxed))
        {
            writer.WriteStartObject();
            writer.WriteNumber("statusCode", _exchange.StatusCode);
            writer.WriteStartObject("headers");
            foreach (var (name, values) in _exchange.ResponseHeaders)
            {
                writer.WriteStartArray(name);
                foreach (var value in values)
                    writer.WriteStringValue(value ?? "");
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
            writer.WriteString("body", body.Span);
            writer.WriteEndObject();
        }
        if (json.WrittenCount > limit)
            return ResponseVerdict.TooLarge;
        _exchange.StatusCode = StatusCodes.Status200OK;
        _exchange.ResponseHeaders = new HeaderDictionary();
        return new(null, json.WrittenMemory, ErrorResponse.ContentType, null);
    }
}
