namespace ForgeOrleans.Work;

/// <summary>The work was given to another process, since this one did not say for too long that it still runs it, or was erased. Its handler must stop.</summary>
public sealed class LeaseLostException() : ForgeException(ForgeErrorCode.Conflict, "This work has been given to another process; this attempt must stop.");
