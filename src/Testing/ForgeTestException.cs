namespace ForgeOrleans.Testing;

/// <summary>A test can't go on: the message is a sentence or more that says what was wrong, where things stand, and what to do.</summary>
public class ForgeTestException : Exception
{
    internal ForgeTestException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
