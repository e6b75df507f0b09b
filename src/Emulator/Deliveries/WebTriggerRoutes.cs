using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Sites;
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

    private static async Task CallAsync(string key, HttpContext http, Platform platform, WebTriggerCommand command)
    {
        var call = new WebTriggerCall(http.Request, http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, Prefix);
        var parcel = Parcel(key, call, platform);
        using var request = call.IsRaw ? await call.RawAsync(Url(call.UserPath + call.RawQuery)) : await call.EnvelopeAsync(Url(""));
        var (attempt, answer) = await command.SendAsync(parcel, request, call.IsRaw, null, http.RequestAborted);
        if (attempt is not null)
        {
            await (attempt.Verdict is Attempt.Delivered ? answer!.WriteAsync(http.Response) : RefuseAsync(http, attempt));
        }

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
        return http.Response.WriteAsJsonAsync(new { message = WebTriggerCommand.Failure(attempt) });
    }
}
