namespace ForgeOrleans.Emulator;

/// <summary>The emulator can't be started as it was told to; the message is a sentence that says why.</summary>
public sealed class EmulatorException : Exception
{
    internal EmulatorException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
