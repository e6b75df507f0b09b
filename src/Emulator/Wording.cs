namespace ForgeOrleans.Emulator;

/// <summary>Which of the platform's two sets of messages a rejected <c>invokeRemote</c> gets.</summary>
public enum Wording
{
    /// <summary>The messages of today.</summary>
    Today,

    /// <summary>The shorter messages of the documentation that this project was started from.</summary>
    Seed,
}
