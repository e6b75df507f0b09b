namespace ForgeOrleans.Hosting;

/// <summary>
/// Marks an actor's method that may be called again when nobody knows whether the first call was served, because the process that it went to
/// does not answer. A cluster repeats such calls by itself, with a message that says so where it is an <see cref="IRepeatable"/>; it never
/// repeats others.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IdempotentAttribute : Attribute;

/// <summary>A message that has an id, by which whoever serves it tells that it was served before.</summary>
public interface IRepeatable
{
    /// <summary>Returns the same message with an id, unless it has one.</summary>
    /// <param name="id">The id.</param>
    object WithId(string id);

    /// <summary>Returns the same message, marked as a repetition.</summary>
    object AsRepetition();
}
