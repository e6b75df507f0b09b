namespace ForgeOrleans.Invocations;

/// <summary>The access tokens that came with one invocation. They are decoded only when a call needs them, and nobody else can read them.</summary>
/// <param name="system">The value of <c>x-forge-oauth-system</c>, if it came.</param>
/// <param name="user">The value of <c>x-forge-oauth-user</c>, if it came.</param>
/// <param name="receivedAt">When the invocation came.</param>
public readonly struct InvocationTokens(string? system, string? user, DateTimeOffset receivedAt)
{
    internal string? System => system;

    internal string? User => user;

    internal DateTimeOffset ReceivedAt => receivedAt;

    /// <summary>Says which tokens there are, nothing of them.</summary>
    public override string ToString() => $"system: {(system is null ? "no" : "yes")}, user: {(user is null ? "no" : "yes")}";
}
