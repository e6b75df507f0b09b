namespace ForgeOrleans.Hosting;

/// <summary>The storage could not read or write. Nothing that was acknowledged before is lost; another attempt may succeed.</summary>
/// <param name="message">What the caller may know.</param>
/// <param name="innerException">What the storage said; logged, never sent.</param>
public sealed class StorageUnavailableException(string message, Exception? innerException = null)
    : ForgeException(ForgeErrorCode.Unavailable, message, innerException);
