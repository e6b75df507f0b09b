namespace ForgeOrleans.Work;

/// <summary>A handler of work says that no further attempt will succeed: the item becomes a dead letter at once.</summary>
/// <param name="reason">Why, for the operator.</param>
/// <param name="innerException">What led to it.</param>
public sealed class PermanentFailureException(string reason, Exception? innerException = null) : Exception(reason, innerException);
