using System.Security.Cryptography;
using ForgeOrleans.Emulator;
using ForgeOrleans.Verification.Tokens;

namespace ForgeOrleans.Verification.Playing;

/// <summary>What every check plays with: the remote and its doors, the platform, and who forges tokens.</summary>
internal sealed class Stage(VerificationOptions options, EmulatorHost emulator, TokenForge forge, RemoteLine line, IReadOnlyList<Door> doors)
{
    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;

    private readonly Dictionary<Door, RemoteAnswer> _known = [];

    public VerificationOptions Options => options;

    public Platform Platform => emulator.Platform;

    public TokenForge Forge => forge;

    public RemoteLine Line => line;

    /// <summary>Every door of the manifest and of the command line.</summary>
    public IReadOnlyList<Door> Doors => doors;

    /// <summary>The doors at which something is behind a good token, one for each kind and path: only there a bad one can be told apart.</summary>
    public IReadOnlyList<Door> Open => [.. _known.Where(known => known.Value is { Failure: null, IsNowhere: false } answer && !IsDistrust(answer)).Select(known => known.Key)];

    /// <summary>The open doors of the frontend.</summary>
    public IReadOnlyList<Door> OpenInvocations => [.. Open.Where(door => door.Kind is DoorKind.Invocation)];

    /// <summary>One door for each kind, method and path.</summary>
    public IEnumerable<Door> Distinct => doors.DistinctBy(door => (door.Kind, door.Method, door.Path));

    /// <summary>The doors of a kind; those of events with events that have not been delivered yet.</summary>
    public IEnumerable<Door> Of(DoorKind kind) => doors.Where(door => door.Kind == kind).Select(door => door.Fresh());

    /// <summary>What a door answered to a good token at first.</summary>
    public RemoteAnswer? Known(Door door) => _known.GetValueOrDefault(door);

    public void Learn(Door door, RemoteAnswer answer) => _known[door] = answer;

    /// <summary>The platform's time limit at a door.</summary>
    public TimeSpan Limit(Door door) => door.Kind switch
    {
        DoorKind.Invocation => options.InvocationLimit,
        DoorKind.Event or DoorKind.Lifecycle or DoorKind.ScheduledTrigger => options.DeliveryLimit,
        _ => options.LongDeliveryLimit,
    };

    /// <summary>Calls with a good token.</summary>
    public async Task<RemoteAnswer> CallAsync(Door door, CancellationToken ct, Func<RemoteRequest, RemoteRequest>? change = null)
    {
        var credentials = await CredentialsAsync(door, ct);
        return await CallAsync(door, credentials, ct, change);
    }

    /// <summary>Calls with something else.</summary>
    public Task<RemoteAnswer> CallAsync(Door door, Credentials credentials, CancellationToken ct, Func<RemoteRequest, RemoteRequest>? change = null)
    {
        var separator = door.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var path = credentials.Query is { } query ? $"{door.Path}{separator}{query}" : door.Path;
        List<(string, string)> headers = [.. TraceIds(), .. credentials.Headers];
        if (credentials.Authorization is { } authorization)
            headers.Insert(0, ("authorization", authorization));
        var request = new RemoteRequest(door.Method, path, Limit(door)) { Body = door.Bytes, Headers = headers, Secrets = credentials.Secrets };
        return line.SendAsync(change?.Invoke(request) ?? request, ct);
    }

    /// <summary>A good token and the access tokens that the manifest asks for at the door.</summary>
    public async Task<Credentials> CredentialsAsync(Door door, CancellationToken ct)
    {
        var minted = await forge.MintAsync(door.Token, ct);
        List<(string, string)> headers = [];
        if (door.Auth.AppSystemToken)
            headers.Add(("x-forge-oauth-system", minted.SystemToken));
        if (door.Auth.AppUserToken && minted.UserToken is { } user)
            headers.Add(("x-forge-oauth-user", user));
        // A token's signature is its own: whoever repeats the token, or most of it, repeats that.
        var signature = minted.Fit[(minted.Fit.LastIndexOf('.') + 1)..];
        return Credentials.Bearer(minted.Fit) with { Headers = headers, Secrets = [signature, .. headers.Select(header => header.Item2)] };
    }

    /// <summary>A door that takes the present key; null when none does any more.</summary>
    public async Task<Door?> TrustingDoorAsync(CancellationToken ct)
    {
        foreach (var door in Open.Where(door => door.Kind is not DoorKind.PreUninstall))
            if (await CallAsync(door.Fresh(), ct) is { Failure: null, IsUnauthorized: false, Status: < 500 })
                return door;
        return null;
    }

    /// <summary>Calls again and again until the token isn't refused any more, or the patience is over.</summary>
    public async Task<RemoteAnswer> CallUntilTrustedAsync(Door door, CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await CallAsync(door.Fresh(), ct);
            if (!IsDistrust(answer) || TimeProvider.System.GetElapsedTime(started) >= options.Patience)
                return answer;
            await Task.Delay(options.AskEvery, ct);
        }
    }

    /// <summary>Whether the answer says that the token's key isn't known, or not yet.</summary>
    public static bool IsDistrust(RemoteAnswer answer) => answer.Status is 401 or 503;

    private static IEnumerable<(string, string)> TraceIds() =>
    [
        ("x-b3-traceid", RandomNumberGenerator.GetHexString(TraceIdBytes * 2, lowercase: true)),
        ("x-b3-spanid", RandomNumberGenerator.GetHexString(SpanIdBytes * 2, lowercase: true)),
    ];
}
