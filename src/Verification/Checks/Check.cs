using ForgeOrleans.Verification.Playing;

namespace ForgeOrleans.Verification.Checks;

/// <summary>One check: what a good remote does, and how it is found out.</summary>
/// <param name="Id">Its stable name.</param>
/// <param name="Group">The stable name of its group.</param>
/// <param name="Title">What a good remote does, as a sentence.</param>
/// <param name="Section">The section of the contract that demands it.</param>
/// <param name="Cure">What to do about a remote that does not.</param>
/// <param name="Play">Plays it.</param>
internal sealed record Check(
    string Id, string Group, string Title, ContractSection Section, string Cure, Func<Stage, CancellationToken, Task<Finding>> Play)
{
    public CheckDescription Description => new(Id, Group, Title, Section, Cure);
}
