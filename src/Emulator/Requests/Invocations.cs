using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Functions;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>Calls a remote as a frontend or a function would, and tells what the feed has of it.</summary>
internal sealed class Invocations(Platform platform, InvokeCommand invoke, FetchRemoteCommand fetch, FunctionCommand function)
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1000 };

    public async Task<InvocationReport> RunAsync(Invocation wanted, CancellationToken ct)
    {
        var caller = Caller.Choose(platform, wanted.Site, wanted.User, wanted.Module);
        var begun = new TaskCompletionSource<SentRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        var wishes = new RemoteCallWishes { Fit = wanted.Fit, Begun = begun };
        try
        {
            var answer = wanted.Kind switch
            {
                InvocationKind.Fetch => Answer(await fetch.RunAsync(caller, FetchInput(wanted), wishes, ct)),
                InvocationKind.Function => await FunctionAsync(caller, wanted, wishes, ct),
                _ => Answer(await invoke.RunAsync(caller, InvokeInput(wanted), wishes, ct)),
            };
            return new InvocationReport((await begun.Task).Summary(), answer, null);
        }
        catch (CallRefusedException rejection) when (begun.Task.IsCompleted)
        {
            return new InvocationReport((await begun.Task).Summary(), null, rejection.Message);
        }
    }

    private static JsonElement InvokeInput(Invocation wanted) => Element(new JsonObject
    {
        ["invokeType"] = InvokeCommand.RemoteInvokeType,
        ["method"] = wanted.Method ?? "GET",
        ["path"] = wanted.Path ?? "/",
        ["headers"] = new JsonObject(wanted.Headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
        ["body"] = wanted.Body is { } body ? JsonNode.Parse(body.GetRawText(), documentOptions: Deep) : null,
    });

    private JsonElement FetchInput(Invocation wanted) => Element(new JsonObject
    {
        ["remoteKey"] = wanted.Remote ?? (platform.Manifest.Remotes is [var first, ..] ? first.Key : null),
        ["fetchRequestInit"] = new JsonObject
        {
            ["method"] = wanted.Method ?? "GET",
            ["path"] = wanted.Path ?? "/",
            ["headers"] = new JsonArray([.. Headers(wanted).Select(header => (JsonNode)new JsonArray(header.Key, header.Value))]),
            ["body"] = wanted.Form is { } form ? form.GetRawText() : Text(wanted),
        },
        ["isMultipartFormData"] = wanted.Form is not null,
    });

    private async Task<InvocationAnswer> FunctionAsync(Caller caller, Invocation wanted, RemoteCallWishes wishes, CancellationToken ct)
    {
        var key = wanted.Remote ?? platform.Manifest.Remotes.FirstOrDefault(remote => remote.Operations.Contains("compute"))?.Key;
        var (remote, problem) = function.RemoteOf(key);
        if (remote is null)
        {
            throw CallRefusedException.Rejection($"{problem!.Code}: {problem.Message}");
        }

        using var request = FunctionRequest(remote, wanted);
        var (answer, error) = await function.SendAsync(caller, remote, request, wishes, ct);
        return error is null
            ? Answer(BridgeFetch.Answer(answer.Status!.Value, answer.ReasonPhrase, answer.Headers, answer.Body)) with
            {
                Headers = answer.Headers,
            }
            : throw CallRefusedException.Rejection($"{error.Code}: {error.Message}");
    }

    private HttpRequestMessage FunctionRequest(Remote remote, Invocation wanted)
    {
        var request = new HttpRequestMessage(CallMethod.Of(wanted.Method), RemoteAddress.Resolve(platform, remote, wanted.Path ?? "/"));
        request.Content = Text(wanted) is { } text ? new ByteArrayContent(Encoding.UTF8.GetBytes(text)) : null;
        foreach (var (name, value) in Headers(wanted))
        {
            RemoteClient.PassOn(request, name, [value]);
        }

        return request;
    }

    /// <summary>The headers, with the type of a body that is JSON.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Headers(Invocation wanted) =>
        wanted.Body is null or { ValueKind: JsonValueKind.String }
        || wanted.Headers.Keys.Contains("content-type", StringComparer.OrdinalIgnoreCase)
            ? wanted.Headers
            : wanted.Headers.Append(KeyValuePair.Create("content-type", "application/json"));

    private static string? Text(Invocation wanted) => wanted.Body switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } body => body.GetRawText(),
    };

    private static InvocationAnswer Answer(InvokeAnswer answer)
    {
        var response = answer.Payload ?? answer.Error!;
        return new InvocationAnswer(response.Status, response.Headers, response.Body);
    }

    private static InvocationAnswer Answer(FetchAnswer answer) => new(
        answer.Status,
        answer.Headers.ToDictionary(header => header.Key, header => new[] { header.Value }),
        answer.IsAttachment ? JsonSerializer.SerializeToElement(answer.Body) : Body(answer.Body),
        answer.IsAttachment);

    /// <summary>JSON as it is, anything else as a text.</summary>
    private static JsonElement? Body(string text)
    {
        if (text.Length is 0)
        {
            return null;
        }

        try
        {
            return JsonDocument.Parse(text, Deep).RootElement;
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }

    private static JsonElement Element(JsonObject input) => JsonDocument.Parse(input.ToJsonString(new() { MaxDepth = 1000 }), Deep).RootElement;
}

/// <summary>A call of a remote; everything is optional.</summary>
internal sealed record Invocation
{
    /// <summary>Who calls how; <c>invoke</c> unless told.</summary>
    public InvocationKind Kind { get; init; }

    /// <summary>The id of the site; without it the first.</summary>
    public string? Site { get; init; }

    /// <summary>The account id, or <c>anonymous</c>; without it the first user.</summary>
    public string? User { get; init; }

    /// <summary>The key of the module; without it the first that can call a remote.</summary>
    public string? Module { get; init; }

    /// <summary>The key of the remote, for <c>fetch</c> and <c>function</c>; without it the first.</summary>
    public string? Remote { get; init; }

    /// <summary>The method; GET unless told.</summary>
    public string? Method { get; init; }

    /// <summary>Path and query; <c>/</c> unless told.</summary>
    public string? Path { get; init; }

    /// <summary>Headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init => field = value ?? new Dictionary<string, string>(); } =
        new Dictionary<string, string>();

    /// <summary>JSON, or a text that is sent as it is.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>
    /// In place of a body, for <c>fetch</c>: a form as <c>@forge/bridge</c> packs it. A file is a data URL, with its name and type beside it as
    /// <c>__&lt;field&gt;Name</c> and <c>__&lt;field&gt;Type</c>.
    /// </summary>
    public JsonElement? Form { get; init; }

    /// <summary>What to change of the token.</summary>
    public FitChanges? Fit { get; init; }
}

/// <summary>Who calls a remote.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InvocationKind>))]
internal enum InvocationKind
{
    /// <summary>A frontend, with <c>invokeRemote</c>.</summary>
    [JsonStringEnumMemberName("invoke")]
    Invoke,

    /// <summary>A frontend, with <c>requestRemote</c>.</summary>
    [JsonStringEnumMemberName("fetch")]
    Fetch,

    /// <summary>A Forge function, with <c>invokeRemote</c>.</summary>
    [JsonStringEnumMemberName("function")]
    Function,
}

/// <summary>What became of a call.</summary>
/// <param name="Request">The request to the remote.</param>
/// <param name="Answer">What the caller gets; null for a rejection.</param>
/// <param name="Rejection">What the call rejects with, in the platform's words; null for an answer.</param>
internal sealed record InvocationReport(RequestSummary Request, InvocationAnswer? Answer, string? Rejection);

/// <summary>An answer of a remote.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers, by their names in lower case.</param>
/// <param name="Body">JSON, or a text; null for none.</param>
/// <param name="IsAttachment">Whether the body is no text, or meant to be saved: it is then base64.</param>
internal sealed record InvocationAnswer(
    int Status, IReadOnlyDictionary<string, string[]> Headers, JsonElement? Body, bool IsAttachment = false);
