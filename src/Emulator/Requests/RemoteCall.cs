using ForgeOrleans.Emulator.Deliveries;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>What the platform knows of a request that it sends to a remote: why, for whom, and what it does with the answer.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Caller">Who calls, from where; of a delivery, the site with nobody in session.</param>
/// <param name="Remote">The remote.</param>
/// <param name="Limit">The time limit, on the clock; null for none.</param>
internal sealed record RemoteCall(RequestKind Kind, Caller Caller, Remote Remote, TimeSpan? Limit)
{
    /// <summary>What is delivered; null for a call that somebody made.</summary>
    public Parcel? Parcel { get; init; }

    /// <summary>The delivery, and which attempt of it this is, from 1.</summary>
    public (long Delivery, int Attempt)? Attempt { get; init; }

    /// <summary>Whether what comes next if this fails is another attempt.</summary>
    public bool IsLastAttempt { get; init; }

    /// <summary>The request that is sent once more.</summary>
    public long? ReplayOf { get; init; }

    /// <summary>What was wrong with the token on purpose; null for a good one.</summary>
    public BadToken? BadToken { get; init; }

    /// <summary>Whether the remote's answer is the caller's, whatever it is: a web trigger's in the raw form.</summary>
    public bool IsRaw { get; init; }

    /// <summary>The largest answer that is let through; null for any.</summary>
    public int? LargestAnswer { get; init; }

    /// <summary>Whether nobody but the feed reads the answer's body.</summary>
    public bool IgnoresAnswer { get; init; }

    /// <summary>Told as soon as the request is in the feed.</summary>
    public TaskCompletionSource<SentRequest>? Begun { get; init; }
}
