using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Requests;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>Sends a web trigger's call to the remote, once, and judges the answer.</summary>
internal sealed class WebTriggerCommand(
    PlatformTime time, PlatformHeaders headers, CallTokens tokens, RemoteClient client, DeliveryFeed feed, ILogger<Courier> logger)
{
    /// <summary>Sends a request that has everything but the platform's own headers; no attempt when the caller has gone away.</summary>
    public async Task<(Attempt? Attempt, WebTriggerAnswer? Answer)> SendAsync(
        Parcel parcel, HttpRequestMessage request, bool isRaw, FitChanges? fit, CancellationToken ct)
    {
        var (token, problem) = tokens.Mint(parcel.Sender, fit);
        RemoteClient.Set(request, headers.With(token, parcel.Sender, parcel.Endpoint.Auth));
        var delivery = feed.Begin(parcel);
        var call = new RemoteCall(RequestKind.WebTrigger, parcel.Sender, parcel.Remote, time.Limit(parcel.Limit))
        {
            Parcel = parcel,
            Attempt = (delivery.Id, 1),
            IsLastAttempt = true,
            IsRaw = isRaw,
            BadToken = problem,
            ReplayOf = parcel.ReplayOf,
            Begun = parcel.Begun,
        };
        RemoteAnswer response;
        try
        {
            response = await client.SendAsync(call, request, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            delivery.GiveUp("the caller went away");
            return (null, null);
        }

        var answer = response.Failure is not null ? null : isRaw ? WebTriggerAnswer.Raw(response) : WebTriggerAnswer.Envelope(response);
        var attempt = Judged(Attempt.Of(response), answer, isRaw);
        response.Conclude(attempt.Verdict is Attempt.Delivered ? attempt.Verdict : Failure(attempt), Finding(answer));
        delivery.Add(attempt, isLast: true);
        DeliveryLog.Attempted(logger, response.Request.Path, parcel, attempt, isLast: true);
        return (attempt, answer);
    }

    /// <summary>What the caller is told of a failure.</summary>
    public static string Failure(Attempt attempt) =>
        $"The web trigger failed: {attempt.Cause ?? $"the remote answered {attempt.Status}"}.";

    // A raw answer is the caller's, whatever its status; an envelope must be one.
    private static Attempt Judged(Attempt attempt, WebTriggerAnswer? answer, bool isRaw) =>
        answer?.Problem is { } problem ? attempt with { Verdict = Attempt.Invalid, Cause = problem }
        : isRaw && answer is not null ? attempt with { Verdict = Attempt.Delivered }
        : attempt;

    private static Finding? Finding(WebTriggerAnswer? answer) => answer?.Problem is { } problem
        ? Requests.Finding.Error("1", $"The web trigger's answer is no envelope: {problem}. Answer {{statusCode, headers: {{name: [values]}}, body}}.")
        : null;
}
