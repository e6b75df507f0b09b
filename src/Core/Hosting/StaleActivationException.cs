namespace ForgeOrleans.Hosting;

/// <summary>A newer activation of the same actor has written since: this one's view is old, its commit was refused, and it goes away.</summary>
/// <param name="actor">Which actor, as <c>kind/key</c>.</param>
public sealed class StaleActivationException(string actor)
    : ForgeException(ForgeErrorCode.Unavailable, $"The activation of {actor} was replaced by a newer one. Try again.");
