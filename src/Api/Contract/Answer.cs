using ForgeOrleans.Api.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ForgeOrleans.Api.Contract;

/// <summary>
/// The one answer to a request. Either its handler gives it, or, when the time is up, this does, on another thread if need be: a handler
/// that blocks its thread cannot keep the platform waiting.
/// </summary>
internal sealed class Answer : IDisposable
{
    private static readonly HashSet<string> OfTheConnection =
        new(StringComparer.OrdinalIgnoreCase) { "connection", "content-length", "keep-alive", "transfer-encoding", "upgrade" };

    private static readonly string[] OfTheStatus = [HeaderNames.Allow, HeaderNames.RetryAfter];

    private readonly HttpContext _context;
    private readonly Shutdown _shutdown;
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _handler = new();
    private readonly CancellationTokenRegistration _aborted, _stopping, _over;
    private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _claimed;

    public Answer(HttpContext context, EndpointKind kind, TimeSpan elapsed, Shutdown shutdown, TimeProvider clock)
    {
        (_context, _shutdown) = (context, shutdown);
        _limit = kind.Deadline();
        var left = _limit - elapsed;
        Deadline = clock.GetUtcNow() + left;
        _time = new(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        _aborted = context.RequestAborted.UnsafeRegister(static time => ((CancellationTokenSource)time!).Cancel(), _time);
        _stopping = shutdown.GraceIsOver.UnsafeRegister(static time => ((CancellationTokenSource)time!).Cancel(), _time);
        _over = _time.Token.UnsafeRegister(static answer => _ = ((Answer)answer!).GiveUpAsync(), this);
    }

    /// <summary>When the request must have been answered.</summary>
    public DateTimeOffset Deadline { get; }

    /// <summary>The time is up, the caller has gone, or the process goes.</summary>
    public CancellationToken TimeIsUp => _time.Token;

    /// <summary>What the handler is told that by: only after the answer is on its way, whatever the handler does then.</summary>
    public CancellationToken HandlerToken => _handler.Token;

    /// <summary>The time was up because nobody waited any more.</summary>
    public bool CallerHasGone { get; private set; }

    /// <summary>Completes when the request was answered in the handler's place.</summary>
    public Task GivenUp => _givenUp.Task;

    /// <summary>Answers with an error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="replaced">The response whose status it keeps: what belongs to that status, which methods are allowed or when to come again, is kept too.</param>
    public async Task GiveAsync(ForgeError error, HandlerExchange? replaced = null)
    {
        if (!TryClaim())
        {
            await GivenUp;
            return;
        }
        try
        {
            if (replaced?.StatusCode == error.StatusCode)
                foreach (var name in OfTheStatus)
                    if (replaced.ResponseHeaders.TryGetValue(name, out var values))
                        _context.Response.Headers[name] = values;
            await ErrorResponse.WriteAsync(_context, error);
        }
        catch (Exception)
        {
            Unclaim();
            throw;
        }
    }

    /// <summary>Answers with what the handler wrote.</summary>
    /// <exception cref="InvalidOperationException">The server does not send such a response; another answer may be given.</exception>
    public async Task GiveAsync(HandlerExchange exchange, ResponseVerdict verdict)
    {
        if (!TryClaim())
        {
            await GivenUp;
            return;
        }
        try
        {
            await SendAsync(exchange, verdict);
        }
        catch (Exception)
        {
            Unclaim();
            throw;
        }
    }

    /// <summary>The handler is done, and with it all that could ask for more time.</summary>
    public void Dispose()
    {
        _over.Dispose();
        _aborted.Dispose();
        _stopping.Dispose();
        _time.Dispose();
        _handler.Dispose();
    }

    private async Task SendAsync(HandlerExchange exchange, ResponseVerdict verdict)
    {
        var response = _context.Response;
        response.StatusCode = exchange.StatusCode;
        foreach (var (name, values) in exchange.ResponseHeaders)
            if (!OfTheConnection.Contains(name))
                response.Headers[name] = values;
        if (verdict.ContentType is { } contentType)
            response.ContentType = contentType;
        if (exchange.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified)
            return;
        response.ContentLength = verdict.Body.Length;
        await response.Body.WriteAsync(verdict.Body);
    }

    private bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;

    // What the server refused, a header with a line break for one, was no answer: an error is given in its place, if there is still one to give.
    private void Unclaim()
    {
        if (_context.Response.HasStarted)
        {
            _givenUp.TrySetResult();
            return;
        }
        _context.Response.Clear();
        Volatile.Write(ref _claimed, 0);
    }

    private async Task GiveUpAsync()
    {
        if (!TryClaim())
            return;
        try
        {
            CallerHasGone = _context.RequestAborted.IsCancellationRequested;
            if (!CallerHasGone)
            {
                await ErrorResponse.WriteAsync(_context, _shutdown.GraceIsOver.IsCancellationRequested ? Shutdown.Error : TimedOut());
                await _context.Response.CompleteAsync();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The caller went away while it was being told.
        }
        finally
        {
            _givenUp.SetResult();
            await _handler.CancelAsync();
        }
    }

    private ForgeError TimedOut() => new(ForgeErrorCode.DeadlineExceeded, $"The app's backend did not answer within {_limit.TotalSeconds:0.#} s.")
    {
        // The handler may still have its thread, and the connection with it.
        ClosesConnection = true,
    };
}
