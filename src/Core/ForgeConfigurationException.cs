namespace ForgeOrleans;

/// <summary>
/// The host cannot start as it is configured. Whoever reads the console at two in the morning gets the sentence and no stack trace:
/// the trace would only show this library.
/// </summary>
/// <param name="message">What is wrong and how to mend it, naming the configuration key.</param>
/// <param name="innerException">What led to it.</param>
public sealed class ForgeConfigurationException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Returns the sentence alone.</summary>
    public override string ToString() => $"ForgeOrleans cannot start: {Message}";
}
