namespace ForgeOrleans.Verification.Checks;

/// <summary>Why checks are skipped.</summary>
internal static class Skips
{
    public const string NoInvocation = "No call of the frontend is known that this remote answers: name some with --invoke.";
    public const string NoBody = "No call of the frontend with a body is known: name one, such as --invoke 'POST /tasks {\"title\": \"A task\"}'.";
    public const string NoDoor = "No path of this remote takes a good token.";
    public const string NotTrusted = "The remote trusts no token of the verifier.";
    public const string NoPresentKey = "The remote does not take the key that signs now, so nothing more can be played.";

    public static string None(string module) => $"The manifest has no {module} at an endpoint of this remote.";
}
