using System.Buffers;
using System.Net;
using System.Text;
using ForgeOrleans.Emulator.Requests;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>
/// The HTTP client that reaches remotes: no redirects, no cookies, no proxy, and no headers of its own. Everything that it sends is in
/// the feed of requests.
/// </summary>
internal sealed class RemoteClient(Platform platform, RequestFeed feed) : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "content-length", "host", "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "expect",
    };

    private readonly HttpMessageInvoker _client = platform.RemoteHandler is { } handler
        ? new HttpMessageInvoker(handler, disposeHandler: false)
        : new HttpMessageInvoker(RemoteHandler.Create());

    /// <summary>
    /// Sends a request and reads the answer, in the time that the call has. Whoever asks for it tells the answer what the platform makes of
    /// it (<see cref="RemoteAnswer.Conclude"/>), which ends the request in the feed.
    /// </summary>
    /// <exception cref="OperationCanceledException">Nobody wants the answer any more.</exception>
    public async Task<RemoteAnswer> SendAsync(RemoteCall call, HttpRequestMessage request, CancellationToken ct)
    {
        var sent = feed.Begin(call, request);
        var started = platform.Clock.GetTimestamp();
        using var limit = call.Limit is { } time ? new CancellationTokenSource(time, platform.Clock) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            using var response = await _client.SendAsync(request, either.Token);
            return await ReadAsync(sent, request, response, started, either.Token);
        }
        catch (Exception) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return Failed(RemoteFailure.TimedOut, null);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            return Failed(RemoteFailure.Network, cause.InnerException?.Message ?? cause.Message);
        }
        catch (Exception cause)
        {
            var took = platform.Clock.GetElapsedTime(started);
            var (says, finding) = ct.IsCancellationRequested
                ? ("the caller went away", "The caller went away before the remote had answered: whether it would have is not known. Answer sooner than your callers give up.")
                : (TokenMask.Hide($"the emulator failed: {cause.Message}"), "The emulator failed, so what the remote made of this request is not known.");
            sent.End(new SentRequest.Outcome(null, took, says, [Finding.Warning("1", finding)], new Dictionary<string, string[]>(), KeptBody.None));
            throw;
        }

        RemoteAnswer Failed(RemoteFailure failure, string? cause) =>
            new(sent, platform.Clock.GetElapsedTime(started)) { Failure = failure, Cause = cause };
    }

    /// <summary>Passes a header on, unless it belongs to the connection or to the platform.</summary>
    public static void PassOn(HttpRequestMessage request, string name, IEnumerable<string?> values)
    {
        if (!HopByHop.Contains(name) && !PlatformHeaders.IsOwn(name))
        {
            Add(request, name, values);
        }
    }

    public static void Set(HttpRequestMessage request, IEnumerable<(string Name, string Value)> headers)
    {
        foreach (var (name, value) in headers)
        {
            Add(request, name, [value]);
        }
    }

    public static bool IsOfConnection(string name) => HopByHop.Contains(name);

    private async Task<RemoteAnswer> ReadAsync(
        SentRequest sent, HttpRequestMessage request, HttpResponseMessage response, long started, CancellationToken ct)
    {
        var call = sent.Call;
        var (body, bytes) = await BodyAsync(response.Content, call, ct);
        var isTooLarge = bytes > call.LargestAnswer;
        var headers = Headers(response);
        return new RemoteAnswer(sent, platform.Clock.GetElapsedTime(started))
        {
            Status = (int)response.StatusCode,
            ReasonPhrase = response.ReasonPhrase,
            Headers = headers,
            Body = body,
            Bytes = bytes,
            Failure = isTooLarge ? RemoteFailure.TooLarge : null,
            Cause = isTooLarge ? $"the response body is larger than the platform's {call.LargestAnswer} bytes" : null,
            GivenAway = TokenMask.GivenAway(request, body, headers),
        };
    }

    /// <summary>A body and its length, read to where it is too large; where nobody reads it only the beginning is held.</summary>
    private static async Task<(byte[] Body, long Bytes)> BodyAsync(HttpContent content, RemoteCall call, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        using var body = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var bytes = 0L;
            while (await stream.ReadAsync(buffer, ct) is > 0 and var read)
            {
                bytes += read;
                if (bytes > call.LargestAnswer)
                {
                    break;
                }

                var held = call.IgnoresAnswer ? (int)Math.Min(read, KeptBody.Most - body.Length) : read;
                body.Write(buffer, 0, held);
            }

            return (body.ToArray(), bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A response's headers with lowercase names.</summary>
    public static Dictionary<string, string[]> Headers(HttpResponseMessage response) => response.Headers.NonValidated
        .Concat(response.Content.Headers.NonValidated)
        .GroupBy(header => header.Key.ToLowerInvariant())
        .ToDictionary(group => group.Key, group => group.SelectMany(header => header.Value).ToArray());

    private static void Add(HttpRequestMessage request, string name, IEnumerable<string?> values)
    {
        if (!request.Headers.TryAddWithoutValidation(name, values))
        {
            // Headers of the content are passed on even where there is none.
            request.Content ??= new ByteArrayContent([]);
            request.Content.Headers.TryAddWithoutValidation(name, values);
        }
    }

    public void Dispose() => _client.Dispose();
}
