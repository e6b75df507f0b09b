namespace ForgeOrleans.Invocations;

/// <summary>
/// The installation that a handler runs for, a scoped service. The front sets it once, from what it verified; the handles that a handler
/// gets (<c>SiteState</c>, <c>JiraApi</c>, …) take it from here and can reach no other site.
/// </summary>
public sealed class HandlerScope
{
    private ForgeInvocation? _invocation;

    /// <summary>The verified invocation.</summary>
    /// <exception cref="InvalidOperationException">No handler runs in this scope.</exception>
    public ForgeInvocation Invocation => _invocation ?? throw new InvalidOperationException(
        "There is no invocation here. Handles such as ForgeInvocation, SiteState and JiraApi belong to a handler of an invocation: "
        + "take them as its parameters, not from the application's own services.");

    /// <summary>The installation's uuid.</summary>
    /// <exception cref="InvalidOperationException">No handler runs in this scope.</exception>
    public string InstallationId => Invocation.Installation.InstallationId;

    /// <summary>The tokens that came with the invocation.</summary>
    internal InvocationTokens Tokens { get; private set; }

    /// <summary>When the handler must have answered.</summary>
    public DateTimeOffset Deadline { get; private set; }

    /// <summary>Binds this scope to an invocation.</summary>
    /// <param name="invocation">The verified invocation.</param>
    /// <param name="tokens">The tokens that came with it.</param>
    /// <param name="deadline">When the handler must have answered.</param>
    /// <exception cref="InvalidOperationException">It is bound already.</exception>
    public void Bind(ForgeInvocation invocation, InvocationTokens tokens, DateTimeOffset deadline)
    {
        if (_invocation is not null)
            throw new InvalidOperationException("A handler's scope is bound to one invocation, once.");
        (_invocation, Tokens, Deadline) = (invocation, tokens, deadline);
    }

    /// <summary>Nobody waits for the handler: it runs work.</summary>
    internal bool IsBackground { get; private set; }

    /// <summary>Until when a product has asked not to be called.</summary>
    internal DateTimeOffset? ProductBusyUntil { get; set; }

    /// <summary>Binds this scope to an attempt at work.</summary>
    /// <param name="invocation">What is known of where the work came from.</param>
    /// <param name="deadline">When the attempt must have ended.</param>
    internal void BindToWork(ForgeInvocation invocation, DateTimeOffset deadline)
    {
        Bind(invocation, default, deadline);
        IsBackground = true;
    }

    internal TimeSpan? ProductAsksToWait(DateTimeOffset now) => ProductBusyUntil - now is { } wait && wait > TimeSpan.Zero ? wait : null;
}
