namespace ForgeOrleans.Hosting;

/// <summary>
/// Tells which of the processes that have run actors run no more, so that what one of them had under way can be taken over. A host implements
/// it where actors run.
/// </summary>
public interface IProcesses
{
    /// <summary>This process: no other that ever ran on the same data has the same name. It can be stored.</summary>
    string Own { get; }

    /// <summary>Whether a process runs no more.</summary>
    /// <param name="process">What was <see cref="Own"/> there.</param>
    /// <returns>
    /// True when it has ended, or was shut out for good and may no longer commit. False while it runs and whenever nobody can tell, for a name
    /// that this host does not know as well: it may be long until a dead process is noticed, and some are never found out.
    /// </returns>
    bool IsGone(string process);
}
