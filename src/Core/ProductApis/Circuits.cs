using System.Collections.Concurrent;
using System.Net;
using Polly;
using Polly.CircuitBreaker;

namespace ForgeOrleans.ProductApis;

/// <summary>
/// Breakers, one for a site's product: where most calls fail the next are not even sent for some seconds, so that they hold no threads. A product that answers has none.
/// </summary>
/// <param name="clock">Tells when to try again.</param>
public sealed class Circuits(TimeProvider clock)
{
    private const int MostCircuits = 1_000;
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ShortestBreak = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestBreak = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string Installation, string Product), Circuit> _circuits = new();

    /// <summary>Makes a call if the site's product is not known to be down.</summary>
    /// <exception cref="ProductUnavailableException">It is; nothing was sent.</exception>
    internal async ValueTask<HttpResponseMessage> CallAsync(
        string installation, string product, Func<CancellationToken, Task<HttpResponseMessage>> call, CancellationToken cancellationToken)
    {
        if (!_circuits.TryGetValue((installation, product), out var circuit))
        {
            try
            {
                var response = await call(cancellationToken);
                if (IsFailure(response))
                    Add(installation, product);
                return response;
            }
            catch (HttpRequestException)
            {
                Add(installation, product);
                throw;
            }
        }
        circuit.UsedAt = clock.GetTimestamp();
        try
        {
            return await circuit.Breaker.ExecuteAsync(async (send, token) => await send(token), call, cancellationToken);
        }
        catch (BrokenCircuitException e)
        {
            throw new ProductUnavailableException(product, e.RetryAfter ?? ShortestBreak);
        }
    }

    private static bool IsFailure(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private void Add(string installation, string product)
    {
        if (_circuits.Count >= MostCircuits)
            foreach (var (key, circuit) in _circuits)
                if (clock.GetElapsedTime(circuit.UsedAt) > Sampling + LongestBreak)
                    _circuits.TryRemove(new(key, circuit));
        if (_circuits.Count < 2 * MostCircuits)
            _circuits.TryAdd((installation, product), new(Create()) { UsedAt = clock.GetTimestamp() });
    }

    private ResiliencePipeline<HttpResponseMessage> Create() => new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
        .AddCircuitBreaker(new()
        {
            FailureRatio = 0.8,
            MinimumThroughput = 8,
            SamplingDuration = Sampling,
            BreakDurationGenerator = args => new(TimeSpan.FromSeconds(
                Math.Min(LongestBreak.TotalSeconds, ShortestBreak.TotalSeconds * Math.Pow(2, args.HalfOpenAttempts)))),
            ShouldHandle = args => new(args.Outcome is { Exception: HttpRequestException } || args.Outcome.Result is { } response && IsFailure(response)),
        })
        .Build();

    private sealed record Circuit(ResiliencePipeline<HttpResponseMessage> Breaker)
    {
        public long UsedAt { get; set; }
    }
}
