using System.Net;
using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis.Limits;

namespace ForgeOrleans.ProductApis;

/// <summary>Makes one call safe: checks where it goes, adds the token, keeps within limits, tries again where that is safe, follows only its own redirects.</summary>
internal sealed class ProductCallHandler(
    ProductAddress address,
    string product,
    ProductSender sender,
    HandlerScope scope,
    Func<CancellationToken, ValueTask<AccessToken>> token,
    Action<AccessToken>? refused,
    bool isOfApp,
    bool isBackground)
    : HttpMessageHandler
{
    private const int MostRedirects = 5;

    // What the handler needs after the answer to make one of its own.
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(1);

    // While the platform is still granting the app its access: within one call, and between two attempts at work.
    private static readonly TimeSpan[] PausesOfFresh = [TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];
    private static readonly TimeSpan ShortestRetryOfFresh = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRetryOfFresh = TimeSpan.FromSeconds(90);

    private TimeSpan Left => scope.Deadline - sender.Clock.GetUtcNow();

    public async Task<HttpResponseMessage> CallAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = address.Check(request.RequestUri ?? throw new ProductCallException("The call has no address."));
        var bearer = await token(cancellationToken);
        bearer.Authorize(request);
        if (request.Content is { } content)
            await content.LoadIntoBufferAsync(cancellationToken);

        var time = new CallTime(IsRepeatable(request), () => Left - Reserve, scope.IsBackground ? sender.LongestWaitAtWork : TimeSpan.MaxValue);
        var response = await sender.Retries.CallAsync(time, attempt => AttemptAsync(request, time, attempt), cancellationToken);
        if (scope.IsBackground && response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
            && RateHeaders.RetryAfter(response, sender.Clock.GetUtcNow()) is { } wait)
        {
            // The work is put off for as long instead of holding its place.
            scope.ProductBusyUntil = sender.Clock.GetUtcNow() + wait;
        }
        if (isOfApp)
            sender.Watch.Note(scope.InstallationId, (int)response.StatusCode);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            refused?.Invoke(bearer);
        return response;
    }

    private static bool IsRepeatable(HttpRequestMessage request) =>
        request.Method.Method is "GET" or "HEAD" or "PUT" or "DELETE" || (request.Options.TryGetValue(ProductCall.Idempotent, out var isIdempotent) && isIdempotent);

    // One attempt: redirects and the pauses after an install belong to it.
    private async ValueTask<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, CallTime time, CancellationToken cancellationToken)
    {
        var refusals = 0;
        for (var redirects = 0; ;)
        {
            var response = await SendPermittedAsync(request, time, cancellationToken);
            if (IsRedirect(response) && request.Method.Method is "GET" or "HEAD" && response.Headers.Location is { } location)
            {
                response.Dispose();
                if (++redirects > MostRedirects)
                    throw new ProductCallException($"The call was redirected more than {MostRedirects} times.");
                request.RequestUri = address.Check(new Uri(request.RequestUri!, location));
            }
            else if (IsDenied(response) && await PauseOfFreshAsync(response, refusals++, cancellationToken) is { } pause)
            {
                response.Dispose();
                await Task.Delay(pause, sender.Clock, cancellationToken);
            }
            else
            {
                return response;
            }
        }
    }

    private async Task<HttpResponseMessage> SendPermittedAsync(HttpRequestMessage request, CallTime time, CancellationToken cancellationToken)
    {
        var call = Limited(request);
        var began = sender.Clock.GetTimestamp();
        await sender.Permits.AcquireAsync(scope, call, isBackground || scope.IsBackground, isRetry: time.Attempts > 0, time.MostWait, cancellationToken);
        time.Waited += sender.Clock.GetElapsedTime(began);
        var limit = Left < sender.Timeout ? Left : sender.Timeout;
        HttpResponseMessage response;
        try
        {
            response = await sender.Circuits.CallAsync(
                scope.InstallationId, product, stop => LimitAsync(limit, end => sender.Transport.SendAsync(request, end), stop), cancellationToken);
        }
        catch (ProductUnavailableException)
        {
            // Nothing was sent: a product that is down must not use up the hour's points.
            sender.Permits.Return(scope, call, isBackground || scope.IsBackground);
            throw;
        }
        sender.Meters.Answered(call, (int)response.StatusCode, time.Attempts > 0);
        var usual = sender.Limits.Burst(call.Method);
        if (RateHeaders.Read(response, call, usual, sender.Clock.GetUtcNow()) is { } reading)
            await sender.Permits.LearnAsync(scope, reading, usual);
        return response;
    }

    private LimitedCall Limited(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath[(address.Base.AbsolutePath.Length - 1)..];
        var method = request.Method.Method;
        return new(product, method, EndpointTemplate.Endpoint(method, path), EndpointTemplate.Issue(method, path), EndpointTemplate.MostObjects(request.RequestUri.Query));
    }

    private static bool IsDenied(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    // What was denied was not carried out, whatever the method.
    private async ValueTask<TimeSpan?> PauseOfFreshAsync(HttpResponseMessage response, int refusals, CancellationToken cancellationToken)
    {
        if (await sender.Watch.AgeOfFreshAsync(scope.InstallationId, cancellationToken) is not { } age)
            return null;
        if (refusals < PausesOfFresh.Length)
            return PausesOfFresh[refusals] + Reserve < Left ? PausesOfFresh[refusals] : null;
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
        scope.IsBackground ? sender.Timeout : Left,
        async limit =>
        {
            await content.LoadIntoBufferAsync(most, limit);
            return true;
        },
        cancellationToken);

    private async Task<T> LimitAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, sender.Clock);
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
}
