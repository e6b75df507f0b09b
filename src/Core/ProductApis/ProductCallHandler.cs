using System.Net;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.ProductApis;

/// <summary>Makes one call safe: checks where it goes, adds the token, waits where the product asks for it, follows only its own redirects.</summary>
internal sealed class ProductCallHandler(
    ProductAddress address,
    ProductTransport transport,
    HandlerScope scope,
    Func<ValueTask<AccessToken>> token,
    TimeSpan timeout,
    TimeProvider clock)
    : HttpMessageHandler
{
    private const int MostRedirects = 5;

    // What the handler needs after the answer to make one of its own.
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestWaitAtWork = TimeSpan.FromSeconds(20);

    public async Task<HttpResponseMessage> CallAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = address.Check(request.RequestUri ?? throw new ProductCallException("The call has no address."));
        (await token()).Authorize(request);
        if (request.Content is { } content)
            await content.LoadIntoBufferAsync(cancellationToken);

        for (var redirects = 0; ;)
        {
            var response = await AttemptAsync(request, cancellationToken);
            if (IsRedirect(response) && request.Method.Method is "GET" or "HEAD" && response.Headers.Location is { } location)
            {
                response.Dispose();
                if (++redirects > MostRedirects)
                    throw new ProductCallException($"The call was redirected more than {MostRedirects} times.");
                request.RequestUri = address.Check(new Uri(request.RequestUri, location));
            }
            else if (RetryDelay(request, response) is { } delay)
            {
                response.Dispose();
                await Task.Delay(delay, clock, cancellationToken);
            }
            else
            {
                return response;
            }
        }
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        CallAsync(request, cancellationToken);

    /// <summary>Reads an answer's body, within what is left of the invocation's time.</summary>
    public Task BufferAsync(HttpContent content, long most, CancellationToken cancellationToken) => LimitAsync(
        scope.Deadline - clock.GetUtcNow(),
        async limit =>
        {
            await content.LoadIntoBufferAsync(most, limit);
            return true;
        },
        cancellationToken);

    private Task<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var left = scope.Deadline - clock.GetUtcNow();
        return LimitAsync(left < timeout ? left : timeout, limit => transport.SendAsync(request, limit), cancellationToken);
    }

    private async Task<T> LimitAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"{address.Base.Host} did not answer within {limit.TotalSeconds:0.#} s.", e);
        }
    }

    private static bool IsRedirect(HttpResponseMessage response) => response.StatusCode is
        HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    // A 429 was not carried out, whatever the method; a 503 may have been, so only what may be done twice is done again.
    private TimeSpan? RetryDelay(HttpRequestMessage request, HttpResponseMessage response)
    {
        var mayRepeat = response.StatusCode == HttpStatusCode.TooManyRequests
            || (response.StatusCode == HttpStatusCode.ServiceUnavailable && request.Method.Method is "GET" or "HEAD" or "PUT" or "DELETE");
        if (!mayRepeat || response.Headers.RetryAfter is not { } retryAfter)
            return null;
        var now = clock.GetUtcNow();
        var asked = retryAfter.Delta ?? retryAfter.Date - now;
        if (asked is not { } delay || delay < TimeSpan.Zero)
            return null;
        if (scope.IsBackground && delay > LongestWaitAtWork)
        {
            // The work is put off for as long instead of holding its place.
            scope.ProductBusyUntil = now + delay;
            return null;
        }
        // Spread out, so that all who were told the same moment do not come at it.
        delay += TimeSpan.FromMilliseconds(Random.Shared.Next(100, 600));
        return now + delay + Reserve < scope.Deadline ? delay : null;
    }
}
