using System.Net;
using ForgeOrleans.ProductApis.Limits;
using Polly;
using Polly.Retry;

namespace ForgeOrleans.ProductApis;

/// <summary>
/// Makes a call again where that is safe and there is time: what may be done twice after a failure, anything after a 429 or where no connection came about, since then nothing has
/// happened.
/// </summary>
/// <param name="clock">Tells how much time is left.</param>
public sealed class ProductRetries(TimeProvider clock)
{
    // A product that fails is failing for others too: it is asked again a few times, further and further apart. One that says 429 is asked as long as there is time.
    private const int MostFailures = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly ResiliencePropertyKey<CallTime> Time = new("time");

    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
        .AddRetry(new()
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = args => new(Pause(args.Context, args.Outcome, clock) is not null),
            DelayGenerator = args => new(Pause(args.Context, args.Outcome, clock)),
            OnRetry = args => Again(args),
        })
        .Build();

    /// <summary>Makes a call until it succeeds, may not be made again, or there is no time.</summary>
    /// <returns>The last answer.</returns>
    internal async Task<HttpResponseMessage> CallAsync(CallTime time, Func<CancellationToken, ValueTask<HttpResponseMessage>> attempt, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Time, time);
        try
        {
            return await _pipeline.ExecuteAsync(static async (context, attempt) => await attempt(context.CancellationToken), context, attempt);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static ValueTask Again(OnRetryArguments<HttpResponseMessage> args)
    {
        var time = args.Context.Properties.GetValue(Time, null!);
        time.Waited += args.RetryDelay;
        time.Attempts++;
        if (args.Outcome.Result is { StatusCode: not HttpStatusCode.TooManyRequests } or null)
            time.Failures++;
        time.Pause = null;
        args.Outcome.Result?.Dispose();
        return default;
    }

    // It is asked for twice, and has jitter: the first answer holds.
    private static TimeSpan? Pause(ResilienceContext context, Outcome<HttpResponseMessage> outcome, TimeProvider clock)
    {
        var time = context.Properties.GetValue(Time, null!);
        return time.Pause ??= outcome switch
        {
            // The gate was told, and lets nobody through before the time has come.
            { Result: { StatusCode: HttpStatusCode.TooManyRequests } refused } =>
                time.Fits(RateHeaders.RetryAfter(refused, clock.GetUtcNow()) ?? TimeSpan.Zero) ? TimeSpan.Zero : null,
            { Result: { StatusCode: >= HttpStatusCode.InternalServerError } failed } when time.IsRepeatable && time.Failures < MostFailures =>
                Fitting(RateHeaders.RetryAfter(failed, clock.GetUtcNow()) is { } asked ? asked + Jitter(TimeSpan.FromSeconds(0.5)) : Backoff()),
            { Exception: HttpRequestException e } when (time.IsRepeatable || IsNotSent(e)) && time.Failures < MostFailures => Fitting(Backoff()),
            _ => null,
        };

        TimeSpan Backoff() => Jitter(FirstPause * Math.Pow(2, time.Failures)) + TimeSpan.FromSeconds(0.1);

        TimeSpan? Fitting(TimeSpan pause) => time.Fits(pause) ? pause : null;
    }

    private static TimeSpan Jitter(TimeSpan most) => most * Random.Shared.NextDouble();

    private static bool IsNotSent(HttpRequestException e) => e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
}

/// <summary>How much time a call has for waiting, over all its attempts.</summary>
/// <param name="isRepeatable">Doing it twice is as good as doing it once.</param>
/// <param name="left">Tells how much time is left, less what the handler needs afterwards.</param>
/// <param name="mostWait">The most that the waits may amount to.</param>
internal sealed class CallTime(bool isRepeatable, Func<TimeSpan> left, TimeSpan mostWait)
{
    public bool IsRepeatable => isRepeatable;

    public TimeSpan Waited { get; set; }

    public int Attempts { get; set; }

    public int Failures { get; set; }

    public TimeSpan? Pause { get; set; }

    /// <summary>How long the call can still wait.</summary>
    public TimeSpan MostWait => mostWait - Waited is var more && left() is var time && time < more ? time : more;

    public bool Fits(TimeSpan wait) => wait < MostWait;
}
