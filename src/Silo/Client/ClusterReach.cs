namespace ForgeOrleans.Silo.Client;

/// <summary>
/// Whether a client reaches any silo: one has answered within the last 8 seconds. Open connections tell less: Orleans opens them when there is
/// something to send, so there may be none while silos live, and they stay open to a silo that is silent.
/// </summary>
/// <param name="clock">Tells how long ago the last answer was.</param>
internal sealed class ClusterReach(TimeProvider clock)
{
    // Longer than a question takes that went to a silo which was just killed: the others may be there all the while.
    private static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(8);

    private long _lastAnswer = long.MinValue;

    /// <summary>Whether no silo has answered for some seconds, or none ever has.</summary>
    public bool IsLost => Volatile.Read(ref _lastAnswer) is var last && (last == long.MinValue || clock.GetElapsedTime(last) > LostAfter);

    /// <summary>A silo has answered.</summary>
    public void HasAnswered() => Volatile.Write(ref _lastAnswer, clock.GetTimestamp());

    /// <summary>There is no connection any more.</summary>
    public void HasEnded() => Volatile.Write(ref _lastAnswer, long.MinValue);
}
