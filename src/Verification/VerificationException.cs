namespace ForgeOrleans.Verification;

/// <summary>The contract can't be played against the remote at all; the message is a sentence with the cause and the cure.</summary>
public sealed class VerificationException : Exception
{
    internal VerificationException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
