using ForgeOrleans.Verification.Playing;

namespace ForgeOrleans.Verification.Checks;

/// <summary>Tokens that come back in an answer; looked at last, over all answers to good tokens.</summary>
internal static class Secrets
{
    public static Check Check { get; } = new(
        "tokens-kept", Groups.Secrets, "No answer repeats a token of its request", ContractSection.AccessTokens,
        "Never answer with what came in Authorization or in x-forge-oauth-*: the caller could act as the app.",
        (stage, _) =>
        {
            var complaints = new Complaints();
            foreach (var (door, did) in stage.Line.Echoes)
                complaints.Add(door, did);
            return Task.FromResult(complaints.ToFinding());
        });
}
