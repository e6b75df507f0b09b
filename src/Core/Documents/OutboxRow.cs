using ForgeOrleans.Work;

namespace ForgeOrleans.Documents;

/// <summary>The rows of work that was committed with documents and is on its way to the site's queue.</summary>
/// <remarks>
/// <code>
/// outbox/{version}/{n}     the n-th item of the commit that made this version; gone once the queue has it
/// refused/{version}/{n}    one that the queue can never accept, kept for whoever looks into it
/// </code>
/// </remarks>
internal static class OutboxRow
{
    public const string All = "outbox/";

    private const string AllRefused = "refused/";

    // In the order of their names, items are in that of their commits.
    public static string Name(long version, int index) => $"{All}{version:x16}/{index:x2}";

    public static string RefusedName(string name) => AllRefused + name[All.Length..];
}

/// <summary>An item of work in the outbox.</summary>
/// <param name="Row">The name of its row.</param>
/// <param name="Item">The item.</param>
internal readonly record struct OutboxItem(string Row, WorkItem Item);
