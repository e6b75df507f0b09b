using System.Net;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.ProductApis;

/// <summary>Makes one call safe: checks where it goes, adds the token, waits where the product asks for it, follows only its own redirects.</summary>
internal sealed class ProductCallHandler(
    ProductAddress address,
    ProductTransport transport,
    HandlerScope scope,
    Func<CancellationToken, ValueTask<AccessToken>> token,
    ProductWatch watch,
    bool isOfApp,
    TimeSpan timeout,
    TimeProvider clock,
    Action<AccessToken>? refused = null)
    : HttpMessageHandler
{
    private const int MostRedirects = 5;

    // What the handler needs after the answer to make one of its own.
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(1);

    // Of all waits of a call together: work has no deadline that would end them.
    private static readonly TimeSpan LongestWaitAtWork = TimeSpan.FromSeconds(20);

    // While the platform is still granting the app its access: within one call, and between two attempts at work.
    private static readonly TimeSpan[] PausesOfFresh = [TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];
    private static readonly TimeSpan ShortestRetryOfFresh = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRetryOfFresh = TimeSpan.FromSeconds(90);

    public async Task<HttpResponseMessage> CallAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = address.Check(request.RequestUri ?? throw new ProductCallException("The call has no address."));
        var bearer = await token(cancellationToken);
        bearer.Authorize(request);
        if (request.Content is { } content)
            await content.LoadIntoBufferAsync(cancellationToken);

        var refusals = 0;
        var waited = TimeSpan.Zero;
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
            else if (RetryDelay(request, response, waited) is { } delay)
            {
                response.Dispose();
                waited += delay;
                await Task.Delay(delay, clock, cancellationToken);
            }
            else if (IsDenied(response) && await PauseOfFreshAsync(response, refusals++, cancellationToken) is { } pause)
            {
                response.Dispose();
                await Task.Delay(pause, clock, cancellationToken);
            }
            else
            {
                if (isOfApp)
                    watch.Note(scope.InstallationId, (int)response.StatusCode);
                if (response.StatusCode == HttpStatusCode.Unauthorized)
                    refused?.Invoke(bearer);
                return response;
            }
        }
    }

    private static bool IsDenied(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    // What was denied was not carried out, whatever the method.
    private async ValueTask<TimeSpan?> PauseOfFreshAsync(HttpResponseMessage response, int refusals, CancellationToken cancellationToken)
    {
        if (await watch.AgeOfFreshAsync(scope.InstallationId, cancellationToken) is not { } age)
            return null;
        if (refusals < PausesOfFresh.Length)
            return clock.GetUtcNow() + PausesOfFresh[refusals] + Reserve < scope.Deadline ? PausesOfFresh[refusals] : null;
        if (!scope.IsBackground)
            return null;
        // In about the time again that has passed since the install; so its attempts last until access must have been granted.
        var retry = age < ShortestRetryOfFresh ? ShortestRetryOfFresh : age > LongestRetryOfFresh ? LongestRetryOfFresh : age;
        var status = (int)response.StatusCode;
        response.Dispose();
        throw new AccessPendingException(status, retry);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        CallAsync(request, cancellationToken);

    /// <summary>Reads an answer's body, within what is left of the invocation's time; of work, which has no end, within that of a call.</summary>
    public Task BufferAsync(HttpContent content, long most, CancellationToken cancellationToken) => LimitAsync(
        scope.IsBackground ? timeout : scope.Deadline - clock.GetUtcNow(),
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
    private TimeSpan? RetryDelay(HttpRequestMessage request, HttpResponseMessage response, TimeSpan waited)
    {
        var mayRepeat = response.StatusCode == HttpStatusCode.TooManyRequests
            || (response.StatusCode == HttpStatusCode.ServiceUnavailable && request.Method.Method is "GET" or "HEAD" or "PUT" or "DELETE");
        if (!mayRepeat || response.Headers.RetryAfter is not { } retryAfter)
            return null;
        var now = clock.GetUtcNow();
        var asked = retryAfter.Delta ?? retryAfter.Date - now;
        if (asked is not { } delay || delay < TimeSpan.Zero)
            return null;
        if (scope.IsBackground && waited + delay > LongestWaitAtWork)
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
