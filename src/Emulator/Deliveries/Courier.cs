using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Requests;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>
/// Delivers events and triggers as the platform does: a POST with a time limit, tried again a minute later while the answer is anything
/// but 2xx (contract, sections 1 and 7).
/// </summary>
internal sealed class Courier(
    Platform platform,
    PlatformTime time,
    CallTokens tokens,
    PlatformHeaders headers,
    RemoteClient client,
    DeliveryFeed feed,
    IHostApplicationLifetime host,
    ILogger<Courier> logger) : IDisposable
{
    private const int MostAtOnce = 256;

    private readonly SemaphoreSlim _atOnce = new(MostAtOnce);

    /// <summary>Begins to deliver, and answers the delivery and its duplicate if it has one.</summary>
    public IReadOnlyList<Delivery> Send(Parcel parcel, DeliveryWishes wishes)
    {
        var disturbances = platform.Disturbances;
        var first = Begin(null);
        return wishes.Duplicate ?? disturbances.IsDuplicated(first.Id) ? [first, Begin(first.Id)] : [first];

        Delivery Begin(long? duplicateOf)
        {
            var delivery = feed.Begin(parcel, duplicateOf);
            var most = wishes.Reorder is { } seconds ? TimeSpan.FromSeconds(seconds) : disturbances.Reorder;
            var late = TimeSpan.FromSeconds(wishes.Delay) + disturbances.Lateness(delivery.Id, most);
            _ = Task.Run(() => DeliverAsync(delivery, wishes, late, host.ApplicationStopping));
            return delivery;
        }
    }

    private async Task DeliverAsync(Delivery delivery, DeliveryWishes wishes, TimeSpan late, CancellationToken ct)
    {
        try
        {
            await time.WaitAsync(late, ct);
            var retries = wishes.Retries ?? PlatformLimits.Retries;
            var attempt = await TryAsync(delivery, wishes, 0, null, retries is 0, ct);
            for (var retry = 1; retry <= retries && attempt is { Verdict: not Attempt.Delivered }; retry++)
            {
                await time.WaitAsync(PlatformLimits.RetrySpacing, ct);
                attempt = await TryAsync(delivery, wishes, retry, attempt.Verdict, retry == retries, ct);
            }
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            DeliveryLog.Abandoned(logger, delivery.Parcel.Key, delivery.Parcel.Sender.Site.Id);
        }
        catch (Exception cause)
        {
            DeliveryLog.Broken(logger, cause, delivery.Parcel.Key, delivery.Parcel.Sender.Site.Id);
            delivery.GiveUp("the emulator failed; its log tells why");
        }
    }

    /// <summary>One attempt; null when there is nobody to deliver to any more.</summary>
    private async Task<Attempt?> TryAsync(
        Delivery delivery, DeliveryWishes wishes, int retry, string? reason, bool isLast, CancellationToken ct)
    {
        var parcel = delivery.Parcel;
        await _atOnce.WaitAsync(ct);
        try
        {
            if (!platform.IsCurrent(parcel.Sender.Site))
            {
                delivery.GiveUp("the app was uninstalled");
                return null;
            }

            using var request = Request(parcel, Body(parcel, wishes, retry, reason));
            var call = Address(request, delivery, Changes(wishes, retry), retry, isLast);
            var answer = await client.SendAsync(call, request, ct);
            var attempt = Attempt.Of(answer);
            answer.Conclude(Says(attempt, call));
            delivery.Add(attempt, isLast);
            DeliveryLog.Attempted(logger, answer.Request.Path, parcel, attempt, isLast);
            return attempt;
        }
        finally
        {
            _atOnce.Release();
        }
    }

    private HttpRequestMessage Request(Parcel parcel, string body) =>
        new(HttpMethod.Post, RemoteAddress.Resolve(platform, parcel.Remote, parcel.Endpoint.RoutePath ?? ""))
        {
            Content = new StringContent(body, Encoding.UTF8, MediaTypeNames.Application.Json),
        };

    /// <summary>Gives a request its headers.</summary>
    private RemoteCall Address(HttpRequestMessage request, Delivery delivery, FitChanges? changes, int retry, bool isLast)
    {
        var parcel = delivery.Parcel;
        var (token, problem) = tokens.Mint(parcel.Sender, changes);
        RemoteClient.Set(request, headers.With(token, parcel.Sender, parcel.Endpoint.Auth));
        return new RemoteCall(parcel.RequestKind, parcel.Sender, parcel.Remote, time.Limit(parcel.Limit))
        {
            Parcel = parcel,
            Attempt = (delivery.Id, retry + 1),
            IsLastAttempt = isLast,
            ReplayOf = parcel.ReplayOf,
            Begun = parcel.Begun,
            BadToken = problem,
            IgnoresAnswer = true,
        };
    }

    private static string Says(Attempt attempt, RemoteCall call) => (attempt.Verdict, call) switch
    {
        (Attempt.Delivered, _) => attempt.Verdict,
        (_, { Kind: RequestKind.PreUninstall }) => $"{attempt.Verdict}, uninstalled all the same",
        (_, { IsLastAttempt: true }) => $"{attempt.Verdict}, given up",
        _ => $"{attempt.Verdict}, tried again in {PlatformLimits.RetrySpacing.TotalSeconds} s",
    };

    private static DeliveryFit? Changes(DeliveryWishes wishes, int retry) =>
        wishes.Fit is { } fit && (fit.Attempts is null || retry < fit.Attempts) ? fit : null;

    private static string Body(Parcel parcel, DeliveryWishes wishes, int retry, string? reason)
    {
        if (retry is 0)
        {
            return parcel.Body;
        }

        var body = JsonNode.Parse(parcel.Body)!.AsObject();
        var place = body;
        if (wishes.RetryContext is RetryContextPlace.Payload)
        {
            body["payload"] ??= new JsonObject();
            place = body["payload"] as JsonObject ?? body;
        }

        place["retryContext"] = new JsonObject { ["retryCount"] = retry, ["retryReason"] = reason, ["retryData"] = null };
        return body.ToJsonString();
    }

    public void Dispose() => _atOnce.Dispose();
}
