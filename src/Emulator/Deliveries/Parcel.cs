using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Requests;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>What is to be delivered, to whom.</summary>
internal sealed record Parcel
{
    private static readonly string[] PrefixesOfEvents = [.. Site.AllProducts.Select(product => $"avi:{product}:")];

    private Parcel(DeliveryKind kind, string key, string moduleKey, Caller sender, EndpointModule endpoint, Remote remote)
    {
        (Kind, Key, ModuleKey, Sender, Endpoint, Remote) = (kind, key, moduleKey, sender, endpoint, remote);
    }

    public DeliveryKind Kind { get; }

    /// <summary>The event's type, or the key of the module.</summary>
    public string Key { get; }

    public string ModuleKey { get; }

    /// <summary>The site, with nobody in session.</summary>
    public Caller Sender { get; init; }

    public EndpointModule Endpoint { get; }

    public Remote Remote { get; }

    /// <summary>A JSON object.</summary>
    public string Body { get; init; } = "{}";

    public TimeSpan Limit { get; init; } = PlatformLimits.Delivery;

    /// <summary>The request of which this is the replay.</summary>
    public long? ReplayOf { get; init; }

    /// <summary>Told as soon as its first request is in the feed.</summary>
    public TaskCompletionSource<SentRequest>? Begun { get; init; }

    public RequestKind RequestKind => Kind switch
    {
        DeliveryKind.Event => RequestKind.Event,
        DeliveryKind.Lifecycle => RequestKind.Lifecycle,
        DeliveryKind.Trigger => RequestKind.Trigger,
        DeliveryKind.PreUninstall => RequestKind.PreUninstall,
        _ => RequestKind.WebTrigger,
    };

    /// <summary>A parcel for the endpoint that a module names.</summary>
    /// <exception cref="CallRefusedException">The manifest doesn't say where that is.</exception>
    public static Parcel For(Platform platform, DeliveryKind kind, string key, string moduleKey, string endpointKey, Site site)
    {
        var endpoint = platform.Manifest.Endpoints.First(endpoint => endpoint.Key == endpointKey);
        var remote = platform.Manifest.Remotes.FirstOrDefault(remote => remote.Key == endpoint.RemoteKey)
            ?? throw CallRefusedException.Rejection($"Endpoint \"{endpointKey}\" is a container's, not a remote's.");
        if (endpoint.RoutePath is null && kind is not DeliveryKind.WebTrigger)
        {
            throw CallRefusedException.Rejection(
                $"Endpoint \"{endpointKey}\" of \"{moduleKey}\" has no route in the manifest: give it one with the path to deliver to.");
        }

        // An address that is missing is told to who asks for a delivery, not to the log of its attempts.
        RemoteAddress.Resolve(platform, remote, endpoint.RoutePath ?? "");
        var product = Array.FindIndex(PrefixesOfEvents, prefix => key.StartsWith(prefix, StringComparison.Ordinal));
        var module = AppModule.OfDelivery(endpointKey, moduleKey, product < 0 ? site.Products[0] : Site.AllProducts[product]);
        return new Parcel(kind, key, moduleKey, new Caller(site, null, module), endpoint, remote);
    }
}
