using ForgeOrleans.Invocations;

namespace ForgeOrleans.Api.Tokens;

/// <summary>What a request turned out to be, as a feature of it: the front's later steps take it from here, never from headers.</summary>
/// <param name="Invocation">The invocation.</param>
/// <param name="Arrived">When it came, before its token was verified: that is part of the time that the platform gives.</param>
internal sealed record VerifiedInvocation(ForgeInvocation Invocation, long Arrived);
