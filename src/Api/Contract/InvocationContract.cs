using ForgeOrleans.Api.Endpoints;
using ForgeOrleans.Api.Tokens;
using ForgeOrleans.Api.WebTriggers;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Contract;

/// <summary>Stands between verification and the handlers, and keeps the platform's contract for all of them (contract sections 1, 2 and 4).</summary>
/// <remarks>
/// <code>
/// verified → admitted → body read → handler, on an exchange of its own → response judged → sent
///            └ 403       └ 413      └ 504 when its time is up             └ 502 when the platform would refuse it
/// </code>
/// </remarks>
internal sealed partial class InvocationContract(
    RequestDelegate next,
    Admissions admissions,
    IServiceScopeFactory scopes,
    Shutdown shutdown,
    TimeProvider clock,
    ILogger<InvocationContract> logger,
    IHttpContextAccessor? accessor = null)
{
    private const int LargestResponse = 5 * 1024 * 1024;

    private static readonly ForgeError OtherApp =
        new(ForgeErrorCode.Forbidden, "This installation belongs to another app of this remote.");

    private static readonly ForgeError Erased =
        new(ForgeErrorCode.Forbidden, "The data of this installation was erased after this was sent.");

    private static readonly ForgeError TooLarge =
        new(ForgeErrorCode.PayloadTooLarge, $"A request's body has at most {RequestBody.Limit / 1024 / 1024} MB.");

    /// <summary>Serves a request of the platform. What is not open to everybody, known route or not, demands a verified token.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return next(context);
        if (context.Features.Get<VerifiedInvocation>() is not { } verified)
            return context.ChallengeAsync();
        return endpoint is null ? next(context) : ServeAsync(context, endpoint, verified);
    }

    private async Task ServeAsync(HttpContext context, Endpoint endpoint, VerifiedInvocation verified)
    {
        var invocation = verified.Invocation;
        var kind = endpoint.Metadata.GetMetadata<ForgeEndpointMetadata>()?.Kind ?? EndpointKind.Invocation;
        var answer = new Answer(context, kind, clock.GetElapsedTime(verified.Arrived), shutdown, clock);
        try
        {
            if (shutdown.HasBegun)
            {
                await RefuseAsync(answer, Shutdown.Error);
                return;
            }
            var tokens = BringsTokens(kind, endpoint) ? TokenHeaders.Read(context.Request, clock.GetUtcNow()) : default;
            // Anybody can call a web trigger, with headers of their own: a token that comes with it serves that call and is not kept for others.
            var kept = kind == EndpointKind.WebTrigger ? default : tokens;
            if (await admissions.AdmitAsync(invocation, kept, answer.TimeIsUp) is var admission and not Admission.Admitted)
            {
                await RefuseAsync(answer, admission == Admission.RefusedErased ? Erased : OtherApp);
                return;
            }
            if (await RequestBody.ReadAsync(context, answer.TimeIsUp) is not { } body)
            {
                await RefuseAsync(answer, TooLarge);
                return;
            }
            // What came before may have taken all the time that there was.
            answer.TimeIsUp.ThrowIfCancellationRequested();
            var exchange = new HandlerExchange(context, body, scopes, LargestResponse, answer.HandlerToken);
            exchange.RequestServices.GetRequiredService<HandlerScope>().Bind(invocation, tokens, answer.Deadline);
            await HandleAsync(exchange, answer, endpoint);
        }
        catch (OperationCanceledException) when (answer.TimeIsUp.IsCancellationRequested)
        {
            await answer.GivenUp;
            answer.Dispose();
        }
        catch (Exception e)
        {
            await RefuseAsync(answer, Explain(e, endpoint));
        }
    }

    // requestRemote comes from the user's browser without the platform in between and never brings a token (contract section 1): one that comes
    // all the same was put there by the user.
    private static bool BringsTokens(EndpointKind kind, Endpoint endpoint) =>
        kind != EndpointKind.Invocation || endpoint.Metadata.GetMetadata<RawResponseMetadata>() is null;

    private static async Task RefuseAsync(Answer answer, ForgeError error)
    {
        await answer.GiveAsync(error);
        answer.Dispose();
    }

    private async Task HandleAsync(HandlerExchange exchange, Answer answer, Endpoint endpoint)
    {
        var handler = RunAsync(exchange, endpoint);
        try
        {
            if (handler.IsCompleted)
                await handler;
            else
                await handler.WaitAsync(answer.TimeIsUp);
            // One that blocked its thread is found to be late only now.
            answer.TimeIsUp.ThrowIfCancellationRequested();
        }
        catch (Exception) when (answer.TimeIsUp.IsCancellationRequested)
        {
            await answer.GivenUp;
            // The request ends here; the handler, if it still runs, has its own exchange to itself until it ends.
            _ = AwaitLateAsync(handler, exchange, answer, endpoint);
            return;
        }
        catch (Exception e)
        {
            await answer.GiveAsync(Explain(e, endpoint));
            await EndAsync(exchange, answer, endpoint);
            return;
        }

        try
        {
            var verdict = exchange.Context.Features.Get<WebTriggerCall>() is { } webTrigger
                ? webTrigger.Judge(LargestResponse)
                : ResponseVerdict.Judge(exchange, endpoint.Metadata.GetMetadata<RawResponseMetadata>() is not null);
            if (verdict.Warning is { } warning)
                Log.ResponseReplaced(logger, endpoint.DisplayName, verdict.Error!.StatusCode, warning);
            await (verdict.Error is { } error ? answer.GiveAsync(error, exchange) : answer.GiveAsync(exchange, verdict));
        }
        finally
        {
            await EndAsync(exchange, answer, endpoint);
        }
    }

    private async Task RunAsync(HandlerExchange exchange, Endpoint endpoint)
    {
        // Who asks for the current context is given the handler's own too, never the server's with its tokens.
        if (accessor is not null)
            accessor.HttpContext = exchange.Context;
        await (endpoint.Metadata.GetMetadata<WebTriggerMetadata>() is { } webTrigger
            ? WebTriggerCall.RunAsync(exchange, webTrigger.Form, next)
            : next(exchange.Context));
        await exchange.StartAsync();
    }

    private async Task AwaitLateAsync(Task handler, HandlerExchange exchange, Answer answer, Endpoint endpoint)
    {
        var since = clock.GetTimestamp();
        try
        {
            await handler;
        }
        catch (Exception e)
        {
            if (e is not OperationCanceledException)
                Log.HandlerFailed(logger, endpoint.DisplayName, e);
        }
        if (!answer.CallerHasGone)
            Log.HandlerLate(logger, endpoint.DisplayName, clock.GetElapsedTime(since).TotalSeconds);
        await EndAsync(exchange, answer, endpoint);
    }

    private async Task EndAsync(HandlerExchange exchange, Answer answer, Endpoint endpoint)
    {
        answer.Dispose();
        try
        {
            await exchange.DisposeAsync();
        }
        catch (Exception e)
        {
            // The answer has gone out; what failed is cleaning up after it.
            Log.HandlerFailed(logger, endpoint.DisplayName, e);
        }
    }

    private ForgeError Explain(Exception exception, Endpoint endpoint)
    {
        if (ErrorOfException.IsOurFault(exception))
            Log.HandlerFailed(logger, endpoint.DisplayName, exception);
        return ErrorOfException.From(exception);
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Error, "The handler of {Endpoint} failed.")]
        public static partial void HandlerFailed(ILogger logger, string? endpoint, Exception e);

        [LoggerMessage(41, LogLevel.Warning, "The response of {Endpoint} was replaced by an error {Status}: {Reason}.")]
        public static partial void ResponseReplaced(ILogger logger, string? endpoint, int status, string reason);

        [LoggerMessage(42, LogLevel.Warning, "The handler of {Endpoint} was answered for when its time was up, and ended {Seconds:0.0} s later.")]
        public static partial void HandlerLate(ILogger logger, string? endpoint, double seconds);
    }
}
