namespace ForgeOrleans;

/// <summary>
/// An expected failure with a code of the closed list. Its message is written for the caller: the response contract sends it as it is,
/// so it holds no internals and never any part of a token.
/// </summary>
/// <param name="code">What kind of failure this is; it decides the HTTP status.</param>
/// <param name="message">A sentence that names the cause and, where there is one, the cure.</param>
/// <param name="innerException">What led to it; logged, never sent.</param>
public class ForgeException(ForgeErrorCode code, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What kind of failure this is.</summary>
    public ForgeErrorCode Code { get; } = code;

    /// <summary>When another attempt may succeed, if that is known; sent as <c>Retry-After</c>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
