namespace ForgeOrleans.Testing;

/// <summary>Something that a remote did against the contract.</summary>
/// <param name="Severity">Whether it broke the contract.</param>
/// <param name="Message">A sentence: what was wrong, and what to do.</param>
/// <param name="Section">The number of the contract's section that says so.</param>
public sealed record Finding(FindingSeverity Severity, string Message, string Section);

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>Nothing is broken by it yet.</summary>
    Warning,

    /// <summary>The contract is broken.</summary>
    Error,
}
