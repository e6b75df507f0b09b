using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Verification.Tests.Remotes;

/// <summary>A remote that keeps notes, written with nothing of ForgeOrleans. It keeps the contract but for one fault.</summary>
internal sealed class SloppyRemote : IAsyncDisposable
{
    private const int PlatformBytes = 512 * 1024;

    private readonly Fault _fault;
    private readonly WebApplication _app;
    private readonly SloppyKeys _keys;
    private readonly SloppyTokens _tokens;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _notes = new();
    private readonly ConcurrentDictionary<string, bool> _seen = new();
    private readonly ConcurrentDictionary<string, string> _first = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);

    private SloppyRemote(Fault fault, Uri? keys)
    {
        _fault = fault;
        _keys = new(fault) { Address = keys };
        _tokens = new(fault, _keys);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.Listen(System.Net.IPAddress.Loopback, 0);
            server.Limits.MaxRequestHeadersTotalSize = (fault is Fault.TakesHeadersOf32KB ? 32 : 256) * 1024;
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <param name="fault">What it does wrong.</param>
    /// <param name="keys">Where the keys are; null until <see cref="Trust"/> says.</param>
    public static async Task<SloppyRemote> StartAsync(Fault fault = Fault.None, Uri? keys = null)
    {
        var remote = new SloppyRemote(fault, keys);
        await remote._app.StartAsync();
        return remote;
    }

    public void Trust(RemoteConfiguration configuration) => _keys.Address = configuration.JwksUrl;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _keys.Dispose();
        _oneAtATime.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        if (_fault is Fault.RedirectsToSlash && path is "/notes/")
        {
            http.Response.Redirect("/notes");
            return;
        }
        var token = TokenOf(http.Request);
        if (_fault is Fault.RedirectsWithToken && path is "/notes/")
        {
            http.Response.Redirect($"/login?token={token}");
            return;
        }
        var fit = token is null || _keys.Address is null ? null : await _tokens.VerifyAsync(token);
        if (fit is null && !(_fault is Fault.LeavesEventsOpen && path is "/events" && _keys.Address is not null))
        {
            await ErrorAsync(http, _fault is Fault.Answers403ToBadTokens && _keys.Address is not null ? 403 : 401);
            return;
        }
        await (Refusal(http, fit ?? []) is { } status ? ErrorAsync(http, status) : RouteAsync(http, path, fit ?? []));
    }

    private string? TokenOf(HttpRequest request)
    {
        if (_fault is Fault.ReadsTokenFromQuery && request.Query["access_token"] is [{ } inQuery])
            return inQuery;
        var comparison = _fault is Fault.InsistsOnBearer ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", comparison) ? header["Bearer ".Length..] : null;
    }

    // What is wrong with good tokens.
    private int? Refusal(HttpContext http, JsonObject fit) => _fault switch
    {
        Fault.NeedsContext when fit["context"] is null => 500,
        Fault.NeedsAppVersion when fit["app"]?["version"] is null => 500,
        Fault.NeedsActiveLicense when fit["app"]?["license"] is { } license && license["active"] is null => 500,
        Fault.NeedsShortEnvironmentId when fit["app"]?["environment"]?["id"]?.GetValue<string>().Contains("6a51", StringComparison.Ordinal) is true
            && fit["app"]!["environment"]!["id"]!.GetValue<string>().Split('/').Length != 2 => 400,
        Fault.RefusesUnknownClaims when fit["future"] is not null => 400,
        Fault.Answers401ToNobody when fit["principal"] is null && http.Request.Path == "/notes" => 401,
        Fault.NeedsLongTraceIds when http.Request.Headers["x-b3-traceid"] is not [{ Length: 32 }] => 400,
        Fault.BreaksOnCallersHeaders when http.Request.Headers.ContainsKey("x-user-id") => 500,
        _ => null,
    };

    private async Task RouteAsync(HttpContext http, string path, JsonObject fit)
    {
        var (body, isLarge) = await BodyAsync(http);
        if (isLarge)
            return;
        await ((http.Request.Method, path) switch
        {
            ("GET", "/notes") => ListAsync(http, fit),
            ("POST", "/notes") => AddAsync(http, fit, body),
            (_, "/notes") => _fault is Fault.Answers405WithoutBody ? Bare(http, 405) : ErrorAsync(http, 405),
            ("POST", "/events") => EventAsync(http, fit, body),
            ("POST", "/life") => LifeAsync(http, fit, Read(body)),
            ("POST", "/hourly") => TriggerAsync(http, fit, Read(body)),
            ("POST", "/uninstall") => Bare(http, _fault is Fault.FailsPreUninstall && _seen.TryAdd(Installation(fit), true) ? 500 : 204),
            (var method, _) when path is "/hook" || path.StartsWith("/hook/", StringComparison.Ordinal) => HookAsync(http, method, Read(body)),
            ("POST", "/migration/schedule" or "/migration/start" or "/migration/commit" or "/migration/rollback") =>
                _fault is Fault.InventsMigrationCodes ? JsonAsync(http, 409, new() { ["errorResponseCode"] = "E4711" }) : Bare(http, 204),
            ("GET", "/migration/status") => _fault is Fault.NeedsMigrationId && !http.Request.Query.ContainsKey("migrationId")
                ? ErrorAsync(http, 400) : JsonAsync(http, 200, new() { ["status"] = "running" }),
            _ => _fault is Fault.AnswersProblemDetails ? WriteAsync(http, 404, "application/problem+json", "{\"title\":\"Not found\",\"status\":404}") : ErrorAsync(http, 404),
        });
    }

    private async Task<(byte[] Body, bool IsLarge)> BodyAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        var isNote = http.Request.Path == "/notes";
        if (_fault is Fault.BreaksConnectionOfLargeBodies && isNote && http.Request.ContentLength > PlatformBytes)
        {
            http.Abort();
            return ([], true);
        }
        await http.Request.Body.CopyToAsync(body);
        if (_fault is Fault.Takes400KB && isNote && body.Length > 400 * 1024)
        {
            await WriteAsync(http, 413, "text/html", "<h1>Too large</h1>");
            return ([], true);
        }
        return (body.ToArray(), false);
    }

    private Task ListAsync(HttpContext http, JsonObject fit) => _fault switch
    {
        Fault.AnswersPlainText => WriteAsync(http, 200, "text/plain", "no notes"),
        Fault.EchoesTokenPlainly => WriteAsync(http, 200, "text/plain", $"no notes for {http.Request.Headers.Authorization}"),
        Fault.AnswersTooMuch => WriteAsync(http, 200, "application/json", $"\"{new string('x', 6 * 1024 * 1024)}\""),
        Fault.NeverAnswers => NeverAsync(http),
        Fault.EchoesToken => JsonAsync(http, 200, new() { ["debug"] = http.Request.Headers.Authorization.ToString() }),
        _ => JsonAsync(http, 200, new() { ["notes"] = new JsonArray([.. Notes(fit).Select(note => (JsonNode)note)]) }),
    };

    private async Task AddAsync(HttpContext http, JsonObject fit, byte[] body)
    {
        if (body.Length == 0 && _fault is Fault.BreaksWithoutBody)
        {
            http.Abort();
            return;
        }
        if (Read(body) is not { } note)
        {
            await (_fault is Fault.AnswersHtmlToBrokenBodies && body.Length > 0 ? WriteAsync(http, 400, "text/html", "<h1>Bad request</h1>") : ErrorAsync(http, 400));
            return;
        }
        Notes(fit).Enqueue(note["text"]?.GetValue<string>() ?? "");
        await JsonAsync(http, 201, new() { ["ok"] = true });
    }

    private async Task EventAsync(HttpContext http, JsonObject fit, byte[] bytes)
    {
        if (Read(bytes) is not { } body)
        {
            await ErrorAsync(http, 400);
            return;
        }
        if (fit["principal"] is not null && _fault is not Fault.TakesEventsOfUsers)
        {
            await ErrorAsync(http, 403);
            return;
        }
        var (type, issue) = (body["eventType"]?.GetValue<string>(), body["issue"]?["id"]?.GetValue<string>());
        if (_fault is Fault.WorksBeforeItAnswers && type is "avi:jira:updated:issue")
        {
            await NeverAsync(http);
            return;
        }
        var isFailed = _fault switch
        {
            Fault.RefusesUnknownFields => body.ContainsKey("future"),
            Fault.RefusesRetries => body["payload"]?["retryContext"] is not null,
            Fault.FailsOnDuplicates => issue is not null && !_seen.TryAdd($"{type} {issue}", true),
            Fault.NeedsOrder => !_seen.TryAdd($"{type} {issue}", true) ? false : type is "avi:jira:created:issue" && _seen.ContainsKey($"avi:jira:updated:issue {issue}"),
            Fault.NeedsKnownSite => !IsFirst("site of events", Cloud(fit)),
            Fault.TakesEventsOf100KB => bytes.Length > 100_000,
            Fault.ServesOneEventAtATime => !await AloneAsync(),
            Fault.NeedsEventType => type is null,
            _ => false,
        };
        await Bare(http, isFailed ? 500 : 202);
    }

    private Task LifeAsync(HttpContext http, JsonObject fit, JsonObject? body)
    {
        var type = body?["eventType"]?.GetValue<string>();
        var isFirst = _seen.TryAdd($"{type} {body?["id"]}", true);
        var isFailed = _fault switch
        {
            Fault.NeedsInstaller => type is "avi:forge:installed:app" && body!["installerAccountId"] is null,
            Fault.NeedsUpgrader => type is "avi:forge:upgraded:app" && body!["upgraderAccountId"] is null,
            Fault.RefusesSecondInstall => !isFirst,
            Fault.RefusesReinstall => !IsFirst(Cloud(fit), Installation(fit)),
            _ => false,
        };
        return Bare(http, isFailed ? 409 : 204);
    }

    private Task TriggerAsync(HttpContext http, JsonObject fit, JsonObject? body)
    {
        var isFailed = _fault switch
        {
            Fault.FailsTriggers => true,
            Fault.FailsOnSecondTrigger => body?["contextToken"] is { } token && !_seen.TryAdd($"{token}", true),
            Fault.NeedsContextToken => body?["contextToken"] is null,
            Fault.NeedsKnownSiteForTriggers => !IsFirst("site of triggers", Cloud(fit)),
            _ => false,
        };
        return Bare(http, isFailed ? 409 : 202);
    }

    private Task HookAsync(HttpContext http, string method, JsonObject? body)
    {
        var isEnvelope = method is "POST" && body?["method"] is not null && body["queryParameters"] is not null;
        return (isEnvelope, _fault) switch
        {
            (true, Fault.AnswersEnvelopePlainly) => JsonAsync(http, 200, new() { ["ok"] = true }),
            (true, _) => JsonAsync(http, 200, new() { ["statusCode"] = 200, ["headers"] = new JsonObject { ["content-type"] = new JsonArray("text/plain") }, ["body"] = "thanks" }),
            (false, Fault.KnowsEnvelopesOnly) => ErrorAsync(http, 500),
            _ => WriteAsync(http, 200, "text/plain", "thanks"),
        };
    }

    private ConcurrentQueue<string> Notes(JsonObject fit) => _notes.GetOrAdd(
        _fault switch
        {
            Fault.SharesData => "all",
            Fault.KeepsDataByCloudId => Cloud(fit),
            _ => Installation(fit),
        },
        _ => new());

    private static string Installation(JsonObject fit) => fit["app"]!["installation"]!["id"]!.GetValue<string>();

    private static string Cloud(JsonObject fit) => fit["context"]?["cloudId"]?.GetValue<string>() ?? "";

    private bool IsFirst(string of, string value) => _first.GetOrAdd(of, value) == value;

    private async Task<bool> AloneAsync()
    {
        if (!await _oneAtATime.WaitAsync(TimeSpan.Zero))
            return false;
        try
        {
            await Task.Delay(20);
            return true;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private static async Task NeverAsync(HttpContext http)
    {
        var gone = new TaskCompletionSource();
        await using var _ = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    private static JsonObject? Read(byte[] body)
    {
        try
        {
            return body.Length == 0 ? null : JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task Bare(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task ErrorAsync(HttpContext http, int status) => JsonAsync(http, status, new() { ["error"] = $"{status}" });

    private static Task JsonAsync(HttpContext http, int status, JsonObject body) => WriteAsync(http, status, "application/json", body.ToJsonString());

    private static Task WriteAsync(HttpContext http, int status, string contentType, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        return http.Response.WriteAsync(body, Encoding.UTF8);
    }
}
