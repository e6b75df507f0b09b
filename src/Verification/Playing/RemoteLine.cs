using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using ForgeOrleans.Emulator.Bridge;

namespace ForgeOrleans.Verification.Playing;

/// <summary>The way to the remote: no redirects, no cookies, no proxy; it notes tokens that come back.</summary>
internal sealed class RemoteLine(Uri baseUrl) : IDisposable
{
    private readonly HttpMessageInvoker _client = new(RemoteHandler.Create());

    private readonly List<(string, string)> _echoes = [];

    /// <summary>Requests whose answer had a token of theirs in it: what was called, and what it did.</summary>
    public IReadOnlyList<(string Door, string Did)> Echoes
    {
        get
        {
            lock (_echoes)
                return [.. _echoes];
        }
    }

    /// <summary>Where a path leads: resolved as a browser resolves a link (contract, section 1).</summary>
    public Uri Resolve(string path) => new(baseUrl, path);

    public async Task<RemoteAnswer> SendAsync(RemoteRequest request, CancellationToken ct)
    {
        using var message = Message(request);
        using var limit = new CancellationTokenSource(request.Limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        var started = TimeProvider.System.GetTimestamp();
        RemoteAnswer answer;
        try
        {
            using var response = await _client.SendAsync(message, either.Token);
            var headers = RemoteClient.Headers(response);
            var body = await ReadAsync(response.Content, either.Token);
            answer = new((int)response.StatusCode, headers, body, Elapsed());
        }
        catch (Exception) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            answer = RemoteAnswer.None($"gave no answer within {request.Limit.TotalSeconds:0.##} s", Elapsed()) with { IsLate = true };
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !ct.IsCancellationRequested)
        {
            answer = RemoteAnswer.None(Failure(e), Elapsed());
        }
        Note(request, answer);
        return answer;

        TimeSpan Elapsed() => TimeProvider.System.GetElapsedTime(started);
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Message(RemoteRequest request)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), Resolve(request.Path));
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.ContentType);
        }
        foreach (var (name, value) in request.Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    // A byte more than is allowed tells that it is too much.
    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (body.Length <= RemoteAnswer.LargestBody && await stream.ReadAsync(buffer, ct) is > 0 and var read)
            body.Write(buffer, 0, read);
        return body.ToArray();
    }

    private static string Failure(Exception e) => e switch
    {
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "did not take the connection",
        { InnerException: AuthenticationException cause } => $"has a certificate that is not trusted here ({cause.Message.TrimEnd('.')})",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "has a name that is not known",
        _ => $"broke off the connection ({(e.InnerException ?? e).Message.TrimEnd('.')})",
    };

    private void Note(RemoteRequest request, RemoteAnswer answer)
    {
        foreach (var secret in request.Secrets)
        {
            var bytes = Encoding.ASCII.GetBytes(secret);
            var place = answer.Body.AsSpan().IndexOf(bytes) >= 0
                ? "the body"
                : answer.Headers.FirstOrDefault(header => header.Value.Any(value => value.Contains(secret, StringComparison.Ordinal))).Key is { } name ? $"the header {name}" : null;
            if (place is null)
                continue;
            lock (_echoes)
                _echoes.Add(($"{request.Method} {request.Path.Split('?')[0]}", $"answered {answer.Status} with a token of the request in {place}"));
        }
    }
}
