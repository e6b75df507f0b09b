using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ForgeOrleans.Cli;

/// <summary>Speaks to the admin API of a remote.</summary>
internal sealed class AdminClient : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http;
    private readonly Uri _base;

    public AdminClient(Uri url, string key, string user)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        if (path.EndsWith("/admin", StringComparison.Ordinal))
            path = path[..^"/admin".Length];
        _base = new Uri(url, $"{path}/admin/");
        // A redirect would carry the key to wherever it points.
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Add("X-Admin-Key", key);
        if (user is { Length: > 0 and <= 100 } && user.All(c => c is >= ' ' and <= '~'))
            _http.DefaultRequestHeaders.Add("X-Admin-User", user);
    }

    /// <exception cref="CliException">The remote refused, or did not answer.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken, object? body = null)
    {
        using var response = await OpenAsync(method, path, cancellationToken, body);
        try
        {
            return await response.Content.ReadFromJsonAsync<JsonElement>(Json, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unreachable(e);
        }
        catch (JsonException)
        {
            throw NotTheApi((int)response.StatusCode);
        }
    }

    /// <summary>Begins a request whose answer is read as it comes.</summary>
    /// <exception cref="CliException">The remote refused, or did not answer.</exception>
    public async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, CancellationToken cancellationToken, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_base, path));
        if (body is not null)
            request.Content = JsonContent.Create(body, options: Json);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(e);
        }
        if (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == "application/json")
            return response;
        using (response)
            throw await RefusedAsync(response, path, cancellationToken);
    }

    /// <summary>Lists page after page, until there are enough.</summary>
    /// <param name="path">The listing's path.</param>
    /// <param name="query">Its query, without cursor and limit.</param>
    /// <param name="member">The member that holds the list.</param>
    /// <param name="most">How many at the most.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public async Task<Listed> ListAsync(string path, IEnumerable<(string Name, string? Value)> query, string member, int most, CancellationToken cancellationToken)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var all = query.Concat<(string Name, string? Value)>([("cursor", cursor), ("limit", $"{Math.Min(most - items.Count, 200)}")]).Where(pair => pair.Value is not null);
            var page = await SendAsync(HttpMethod.Get, $"{path}?{string.Join('&', all.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"))}", cancellationToken);
            items.AddRange(page.GetProperty(member).EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null && items.Count < most);
        return new(member, items, cursor);
    }

    public void Dispose() => _http.Dispose();

    private async Task<CliException> RefusedAsync(HttpResponseMessage response, string path, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        JsonElement error;
        try
        {
            error = (await response.Content.ReadFromJsonAsync<JsonElement>(Json, cancellationToken)).GetProperty("error");
            return new(ExitCode.Refused, Sentence(response.StatusCode, error.GetProperty("message").GetString()!, error.GetProperty("traceId").GetString()!, path));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or HttpRequestException or IOException or NotSupportedException)
        {
            return NotTheApi(status);
        }
    }

    private string Sentence(HttpStatusCode status, string message, string traceId, string path) => status switch
    {
        // What the API says of an unknown address: of an unknown installation it says so.
        HttpStatusCode.NotFound when message == "There is nothing at this address." =>
            $"There is no admin API at {_base.GetLeftPart(UriPartial.Authority)}. It is off until Forge:Admin:Key is set there, and may have an address of its own (Forge:Admin:Url).",
        HttpStatusCode.Forbidden => $"{message} You gave it with --key or FORGE_ADMIN_KEY.",
        >= HttpStatusCode.InternalServerError => $"{message} (Status {(int)status}, {path.Split('?')[0]}, trace {traceId}.)",
        _ => message,
    };

    private CliException NotTheApi(int status) => new(
        ExitCode.Refused, $"What answers at {_base.GetLeftPart(UriPartial.Authority)} (status {status}) is not the admin API of a ForgeOrleans remote. Is the URL right?");

    private CliException Unreachable(Exception e) => new(
        ExitCode.Unreachable, $"{_base.GetLeftPart(UriPartial.Authority)} does not answer: {(e.InnerException ?? e).Message.TrimEnd('.')}. Is the remote running, and is this its admin API's address?");
}

/// <summary>What a listing has listed.</summary>
/// <param name="Member">The member that held it.</param>
/// <param name="Items">What it has listed.</param>
/// <param name="NextCursor">There is more.</param>
internal sealed record Listed(string Member, IReadOnlyList<JsonElement> Items, string? NextCursor)
{
    public IEnumerable<T> Read<T>() => Items.Select(item => item.Deserialize<T>(JsonSerializerOptions.Web)!);

    public object AsPage() => new Dictionary<string, object?> { [Member] = Items, ["nextCursor"] = NextCursor };
}
