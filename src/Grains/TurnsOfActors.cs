using ForgeOrleans.Hosting;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Grains;

/// <summary>
/// Goes around every turn of a grain: an expected failure keeps its code on its way back. Orleans carries an exception's type, message and data, but not its own properties, so they travel as data. What led to it
/// stays here, in the log: it is not for the caller, and one type that Orleans may not carry would take the place of the whole answer.
/// </summary>
/// <param name="logger">Takes what led to a failure.</param>
internal sealed partial class TurnsOfActors(ILogger<TurnsOfActors> logger) : IIncomingGrainCallFilter
{
    private const string Code = "forge.code";
    private const string RetryAfter = "forge.retry-after";
    private const string Unreachable = "forge.unreachable";

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (ForgeException e)
        {
            if (e.InnerException is { } cause)
                Log.TurnFailed(logger, context.TargetId, e.Message, cause);
            var carried = e.InnerException is null ? e : new ForgeException(e.Code, e.Message) { RetryAfter = e.RetryAfter };
            carried.Data[Code] = (int)e.Code;
            if (e is ActorUnreachableException)
                carried.Data[Unreachable] = true;
            if (e.RetryAfter is { } wait)
                carried.Data[RetryAfter] = wait.Ticks;
            if (carried == e)
                throw;
            throw carried;
        }
    }

    /// <summary>Whether an actor failed because another one that it called could not be reached: then its own caller may try again.</summary>
    public static bool CouldNotReachAnother(ForgeException carried) => carried.Data[Unreachable] is true;

    /// <summary>Makes properties again of what travelled as data.</summary>
    public static ForgeException Restore(ForgeException carried) =>
        carried.Data[Code] is int code
        && ((ForgeErrorCode)code != carried.Code || (carried.Data.Contains(RetryAfter) && carried.RetryAfter is null))
            ? new ForgeException((ForgeErrorCode)code, carried.Message, carried)
            {
                RetryAfter = carried.Data[RetryAfter] is long wait ? TimeSpan.FromTicks(wait) : null,
            }
            : carried;

    private static partial class Log
    {
        [LoggerMessage(12, LogLevel.Warning, "A turn of {Grain} failed: {Reason}")]
        public static partial void TurnFailed(ILogger logger, GrainId grain, string reason, Exception cause);
    }
}
