namespace ForgeOrleans.Invocations;

/// <summary>The access tokens that came with one invocation. They are decoded only when a call needs them.</summary>
/// <param name="System">The value of <c>x-forge-oauth-system</c>, if it came.</param>
/// <param name="User">The value of <c>x-forge-oauth-user</c>, if it came.</param>
/// <param name="ReceivedAt">When the invocation came.</param>
public readonly record struct InvocationTokens(string? System, string? User, DateTimeOffset ReceivedAt)
{
    /// <summary>Says which tokens there are, nothing of them.</summary>
    public override string ToString() => $"system: {(System is null ? "no" : "yes")}, user: {(User is null ? "no" : "yes")}";
}
