using ForgeOrleans.Emulator.Requests;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>One request of a delivery, and what the platform makes of the answer.</summary>
/// <param name="At">When it was sent.</param>
/// <param name="Status">The answer's status; null when there was none in time.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Verdict">
/// <see cref="Delivered"/>, or the reason that the next attempt's <c>retryContext</c> gives (contract, section 7).
/// </param>
/// <param name="Cause">What was wrong, where the status doesn't tell.</param>
internal sealed record Attempt(DateTimeOffset At, int? Status, TimeSpan Took, string Verdict, string? Cause = null)
{
    public const string Delivered = "delivered";
    public const string TimedOut = "TIMEOUT_ERROR";
    private const string NotVerified = "INVALID_FORGE_INVOCATION_TOKEN";
    public const string Invalid = "INVALID_REMOTE_INVOCATION_ERROR";

    /// <summary>What the platform makes of an answer.</summary>
    public static Attempt Of(RemoteAnswer answer) => new(
        answer.Request.At,
        answer.Status,
        answer.Took,
        answer.Failure switch
        {
            null => VerdictOf(answer.Status!.Value),
            RemoteFailure.TimedOut => TimedOut,
            _ => Invalid,
        },
        answer.Failure is RemoteFailure.TimedOut ? $"no answer in {answer.Call.Limit!.Value.TotalSeconds} seconds" : answer.Cause);

    private static string VerdictOf(int status) => status switch
    {
        >= 200 and < 300 => Delivered,
        StatusCodes.Status401Unauthorized => NotVerified,
        _ => Invalid,
    };
}
