using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>What a call of a remote has beyond what a frontend or a function says.</summary>
internal sealed record RemoteCallWishes
{
    public static readonly RemoteCallWishes None = new();

    /// <summary>What to change of the token; null for a good one.</summary>
    public FitChanges? Fit { get; init; }

    /// <summary>The request that is sent once more.</summary>
    public long? ReplayOf { get; init; }

    /// <summary>Told as soon as the request is in the feed.</summary>
    public TaskCompletionSource<SentRequest>? Begun { get; init; }

    /// <summary>Whether the call is like any other.</summary>
    public bool IsUsual => Fit is null && ReplayOf is null;
}
