namespace ForgeOrleans.Verification;

/// <summary>A section of the Forge Remote contract.</summary>
/// <param name="Number">Its number, such as 3.</param>
/// <param name="Title">What it is about.</param>
public sealed record ContractSection(int Number, string Title)
{
    internal static readonly ContractSection Invocations = new(1, "Who talks to the remote");
    internal static readonly ContractSection Headers = new(2, "Headers of a request");
    internal static readonly ContractSection Tokens = new(3, "The Forge Invocation Token");
    internal static readonly ContractSection Answers = new(4, "What the platform makes of the response");
    internal static readonly ContractSection AccessTokens = new(5, "Access tokens");
    internal static readonly ContractSection Events = new(7, "Product events");
    internal static readonly ContractSection Lifecycle = new(8, "Lifecycle");
    internal static readonly ContractSection Migration = new(9, "Data-residency realm migration");
    internal static readonly ContractSection Triggers = new(10, "Scheduled triggers");
}
