using ForgeOrleans.Invocations;

namespace ForgeOrleans.Api.Tokens;

/// <summary>What a request turned out to be, as a feature of it: the front's later steps take it from here, never from headers.</summary>
internal sealed record VerifiedInvocation(ForgeInvocation Invocation);
