using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Sites;
using Microsoft.Extensions.Primitives;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>
/// A call of a web trigger's URL. <c>site</c> and <c>form</c> are for the emulator: in the query, where the app doesn't see them, or,
/// for an app that has such parameters itself, as headers <c>x-emulator-site</c> and <c>x-emulator-form</c>.
/// </summary>
internal sealed class WebTriggerCall(HttpRequest request, string target, string prefix)
{
    private static readonly string[] OwnNames = ["site", "form"];

    public string? Site => Chosen("site");

    public bool IsRaw => Chosen("form") switch
    {
        null or "" or "envelope" => false,
        "raw" => true,
        var other => throw new CallRefusedException(StatusCodes.Status400BadRequest, $"form is envelope or raw, not \"{other}\"."),
    };

    /// <summary>The path behind the web trigger's own, as it was sent.</summary>
    public string UserPath => PathOf(target).IndexOf('/', prefix.Length) is > 0 and var end ? PathOf(target)[end..] : "";

    /// <summary>The query without the emulator's part, as it was sent.</summary>
    public string RawQuery
    {
        get
        {
            var parts = target[PathOf(target).Length..].TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Where(part => !IsOwn(part.Split('=')[0]))
                .ToList();
            return parts.Count is 0 ? "" : $"?{string.Join('&', parts)}";
        }
    }

    public async Task<HttpRequestMessage> RawAsync(Uri url)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), url);
        if (request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0)
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
            message.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (var (name, values) in request.Headers.Where(header => !IsForEmulator(header.Key)))
        {
            RemoteClient.PassOn(message, name, values);
        }

        return message;
    }

    public async Task<HttpRequestMessage> EnvelopeAsync(Uri url)
    {
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var envelope = new JsonObject
        {
            ["method"] = request.Method,
            ["headers"] = Lists(request.Headers.Where(header => !IsForEmulator(header.Key))),
            ["body"] = await reader.ReadToEndAsync(request.HttpContext.RequestAborted),
            ["path"] = PathOf(target),
            ["userPath"] = UserPath,
            ["queryParameters"] = Lists(request.Query.Where(parameter => !IsOwn(parameter.Key))),
        }.ToJsonString();
        return Encoding.UTF8.GetByteCount(envelope) <= PlatformLimits.RequestBytes
            ? new HttpRequestMessage(HttpMethod.Post, url)
            {
                Content = new StringContent(envelope, Encoding.UTF8, MediaTypeNames.Application.Json),
            }
            : throw new CallRefusedException(
                StatusCodes.Status413PayloadTooLarge, $"A web trigger's call has at most {PlatformLimits.RequestBytes / 1024} KB in all.");
    }

    private string? Chosen(string name) =>
        request.Headers.TryGetValue(Caller.HeaderPrefix + name, out var header) ? header : request.Query[name];

    private bool IsOwn(string parameter) =>
        OwnNames.Contains(parameter) && !request.Headers.ContainsKey(Caller.HeaderPrefix + parameter);

    private static bool IsForEmulator(string header) => header.StartsWith(Caller.HeaderPrefix, StringComparison.OrdinalIgnoreCase);

    private static string PathOf(string target) => target.Split('?', 2)[0];

    private static JsonObject Lists(IEnumerable<KeyValuePair<string, StringValues>> values) => new(values.Select(
        value => KeyValuePair.Create(value.Key, (JsonNode?)new JsonArray([.. value.Value.Select(text => JsonValue.Create(text))]))));
}
