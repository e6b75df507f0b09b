namespace ForgeOrleans.Work;

/// <summary>A handler of work says that another attempt may succeed after a time. It counts as an attempt.</summary>
/// <param name="after">How long to wait, at most 24 hours; the usual delay, if that is longer.</param>
/// <param name="reason">Why, for the operator.</param>
public sealed class RetryLaterException(TimeSpan after, string reason = "The handler asked to be tried again later.") : Exception(reason)
{
    /// <summary>How long to wait.</summary>
    public TimeSpan After { get; } = after;
}
