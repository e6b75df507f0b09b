using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;
using ForgeOrleans.Manifest;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>
/// <c>/webtriggers/{key}/…</c>: the URL of a web trigger, which anyone can call. The remote gets the call in one of the contract's two
/// forms (section 1): as a JSON envelope, or, with <c>form=raw</c>, as it is.
/// </summary>
internal static class WebTriggerRoutes
{
    private const string Prefix = "/webtriggers/";

    public static void MapWebTriggers(this IEndpointRouteBuilder routes) => routes.Map(Prefix + "{key}/{**userPath}", CallAsync);

    private static async Task CallAsync(
        string key,
        HttpContext http,
        Platform platform,
        PlatformTime time,
        PlatformHeaders headers,
        RemoteClient client,
        DeliveryFeed feed,
        ILogger<Courier> logger)
    {
        var call = new WebTriggerCall(http.Request, http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, Prefix);
        var parcel = Parcel(key, call, platform);
        using var request = call.IsRaw ? call.Raw(Url(call.UserPath + call.RawQuery)) : await call.EnvelopeAsync(Url(""));
        RemoteClient.Set(request, headers.For(parcel.Sender, parcel.Endpoint.Auth));
        var delivery = feed.Begin(parcel);
        WebTriggerAnswer? answer = null;
        Attempt attempt;
        try
        {
            attempt = await Attempt.MakeAsync(request, time.Limit(parcel.Limit), client, platform.Clock, ReadAsync, http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            delivery.GiveUp("the caller went away");
            return;
        }

        // A raw answer is the caller's, whatever its status; an envelope must be one.
        attempt = answer?.Problem is { } problem ? attempt with { Verdict = Attempt.Invalid, Cause = problem }
            : call.IsRaw && answer is not null ? attempt with { Verdict = Attempt.Delivered }
            : attempt;
        delivery.Add(attempt, isLast: true);
        DeliveryLog.Attempted(logger, request.RequestUri!.PathAndQuery, parcel, attempt, isLast: true);
        await (attempt.Verdict is Attempt.Delivered ? answer!.WriteAsync(http.Response) : RefuseAsync(http, attempt));

        async Task ReadAsync(HttpResponseMessage response, CancellationToken ct) => answer = await (call.IsRaw
            ? WebTriggerAnswer.RawAsync(response, ct)
            : WebTriggerAnswer.EnvelopeAsync(response, ct));

        Uri Url(string suffix) => RemoteAddress.Resolve(platform, parcel.Remote, Joined(parcel.Endpoint.RoutePath ?? "", suffix));
    }

    private static Parcel Parcel(string key, WebTriggerCall call, Platform platform)
    {
        var site = Caller.InstalledSite(platform, call.Site);
        var triggers = platform.Manifest.WebTriggers;
        var trigger = triggers.FirstOrDefault(trigger => trigger.Key == key) ?? throw new CallRefusedException(
            StatusCodes.Status404NotFound,
            $"The manifest has no webtrigger \"{key}\" with an endpoint; "
            + $"its web triggers: {string.Join(", ", triggers.Select(known => known.Key))}.");
        return Deliveries.Parcel.For(platform, DeliveryKind.WebTrigger, trigger.Key, trigger.Key, trigger.EndpointKey, site) with
        {
            Limit = PlatformLimits.LongDelivery,
        };
    }

    private static string Joined(string route, string suffix) =>
        route.EndsWith('/') && suffix.StartsWith('/') ? route + suffix[1..] : route + suffix;

    private static Task RefuseAsync(HttpContext http, Attempt attempt)
    {
        var timedOut = attempt.Verdict is Attempt.TimedOut;
        http.Response.StatusCode = timedOut ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status500InternalServerError;
        var cause = attempt.Cause ?? $"the remote answered {attempt.Status}";
        return http.Response.WriteAsJsonAsync(new { message = $"The web trigger failed: {cause}." });
    }
}
