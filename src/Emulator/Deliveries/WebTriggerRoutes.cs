using System.ComponentModel;
using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Sites;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.OpenApi;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>
/// <c>/webtriggers/{key}/…</c>: the URL of a web trigger, which anyone can call. The remote gets the call in one of the contract's two
/// forms (section 1): as a JSON envelope, or, with <c>form=raw</c>, as it is.
/// </summary>
internal static class WebTriggerRoutes
{
    private const string Prefix = "/webtriggers/";
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    public static void MapWebTriggers(this IEndpointRouteBuilder routes) => routes
        .MapMethods(Prefix + "{key}/{**userPath}", Methods, CallAsync)
        .Described(DeliveryRoutes.Tag, "The URL of a web trigger: the answer is what the remote makes of the call")
        .Reads(ParameterLocation.Path, ("userPath", "The path behind the web trigger's own."))
        .Reads(
            ParameterLocation.Query,
            ("site", "The id of the site; without it the first. Also as the header x-emulator-site."),
            ("form", "envelope, the default, or raw. Also as the header x-emulator-form."))
        .Produces(200)
        .Refuses(400, 404, 409, 413, 500, 504);

    private static async Task CallAsync(
        [Description("The web trigger's key.")] string key, HttpContext http, Platform platform, WebTriggerCommand command)
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
