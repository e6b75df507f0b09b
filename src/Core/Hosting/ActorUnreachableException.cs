namespace ForgeOrleans.Hosting;

/// <summary>The process that an actor lives in did not answer, and no other has taken it over in time. Whether the call was served is not known.</summary>
/// <param name="actor">Which actor, as <c>kind/key</c>.</param>
/// <param name="innerException">What the cluster said; logged, never sent.</param>
public sealed class ActorUnreachableException(string actor, Exception? innerException = null)
    : ForgeException(ForgeErrorCode.Unavailable, $"The process that keeps {actor} does not answer, and no other has taken over yet. Try again in a few seconds.", innerException);
