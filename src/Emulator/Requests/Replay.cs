using System.Text;
using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Deliveries;
using ForgeOrleans.Emulator.Functions;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>
/// Sends a request of the feed once more: the same call by the same caller with a new token, or one attempt of the same delivery.
/// </summary>
internal sealed class Replay(
    Platform platform,
    InvokeCommand invoke,
    FetchRemoteCommand fetch,
    FunctionCommand function,
    WebTriggerCommand webTrigger,
    Courier courier,
    IHostApplicationLifetime host)
{
    /// <summary>Begins, and answers the new request, which goes on by itself.</summary>
    /// <param name="sent">The request.</param>
    /// <param name="fit">What to change of the token; null for a good one.</param>
    /// <exception cref="CallRefusedException">Not all of it is kept, or the app isn't installed any more.</exception>
    public async Task<SentRequest> BeginAsync(SentRequest sent, FitChanges? fit)
    {
        var caller = CallerNow(sent.Call.Caller);
        var begun = new TaskCompletionSource<SentRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        var wishes = new RemoteCallWishes { Fit = fit, ReplayOf = sent.Id, Begun = begun };
        var run = RunAsync(sent, caller, wishes);
        await Task.WhenAny(begun.Task, run);
        if (begun.Task.IsCompleted)
        {
            _ = run.ContinueWith(ended => ended.Exception, TaskContinuationOptions.OnlyOnFaulted);
            return await begun.Task;
        }

        await run;
        throw new CallRefusedException(StatusCodes.Status409Conflict, "The app was uninstalled before the request was sent.");
    }

    private async Task RunAsync(SentRequest sent, Caller caller, RemoteCallWishes wishes)
    {
        var (call, ct) = (sent.Call, host.ApplicationStopping);
        var parcel = call.Parcel is null ? null : call.Parcel with
        {
            Sender = caller,
            ReplayOf = sent.Id,
            Begun = wishes.Begun,
            Body = sent.Body.IsTruncated ? call.Parcel.Body : Encoding.UTF8.GetString(sent.Body.Start.Span),
        };
        if (parcel is not null && call.Kind is not RequestKind.WebTrigger)
        {
            var once = new DeliveryWishes { Retries = 0, Duplicate = false, Reorder = 0, Fit = OfDelivery(wishes.Fit) };
            await Task.WhenAll(courier.Send(parcel, once).Select(delivery => delivery.Settled));
            return;
        }

        using var request = Again(sent);
        await (call.Kind switch
        {
            RequestKind.WebTrigger => webTrigger.SendAsync(parcel!, request, call.IsRaw, wishes.Fit, ct),
            RequestKind.Fetch => fetch.SendAsync(caller, call.Remote, request, wishes, ct),
            RequestKind.Function => function.SendAsync(caller, call.Remote, request, wishes, ct),
            _ => (Task)invoke.SendAsync(caller, request, wishes, ct),
        });
    }

    private Caller CallerNow(Caller then)
    {
        var site = Caller.InstalledSite(platform, then.Site.Id);
        return then with { Site = site, User = site.Users.FirstOrDefault(user => user.AccountId == then.User?.AccountId) };
    }

    /// <summary>The request without the platform's own headers.</summary>
    private static HttpRequestMessage Again(SentRequest sent)
    {
        if (sent.Body.IsTruncated)
        {
            throw new CallRefusedException(
                StatusCodes.Status409Conflict,
                $"Of the body of request {sent.Id} only the first {KeptBody.Most / 1024} KB are kept, so it can't be sent once more.");
        }

        var request = new HttpRequestMessage(new HttpMethod(sent.Method), sent.Url)
        {
            Content = sent.Body.Bytes > 0 ? new ByteArrayContent(sent.Body.Start.ToArray()) : null,
        };
        foreach (var (name, values) in sent.Headers)
        {
            RemoteClient.PassOn(request, name, values);
        }

        return request;
    }

    private static DeliveryFit? OfDelivery(FitChanges? fit) => fit is null ? null : new DeliveryFit
    {
        Forged = fit.Forged, ExpiresIn = fit.ExpiresIn, Audience = fit.Audience, Claims = fit.Claims,
    };
}
