namespace ForgeOrleans.Emulator;

/// <summary>A call to the emulator that it doesn't serve: answered with the status and <c>{"message"}</c>.</summary>
internal sealed class CallRefusedException(int status, string message, string? cause = null) : Exception(message)
{
    /// <summary>A rejection: what <c>callBridge</c> rejects with.</summary>
    public static CallRefusedException Rejection(string message, string? cause = null) =>
        new(StatusCodes.Status422UnprocessableEntity, message, cause);

    public int Status => status;

    /// <summary>What the platform wouldn't tell, for the console.</summary>
    public string? Reason => cause;
}
