namespace ForgeOrleans.Emulator.Storage;

/// <summary>What Forge storage refuses: answered with the status and <c>{"code", "message"}</c>.</summary>
internal sealed class StorageRefusedException(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public static StorageRefusedException BadRequest(string message) => Because("BAD_REQUEST", message);

    /// <summary>A request that is not as it must be, with the platform's code for that.</summary>
    public static StorageRefusedException Because(string code, string message) => new(StatusCodes.Status400BadRequest, code, message);

    public static StorageRefusedException Absent() => new(StatusCodes.Status404NotFound, "KEY_NOT_FOUND", "The specified key does not exist.");

    // The platform documents no codes for these two.
    public static StorageRefusedException Exists() => new(
        StatusCodes.Status409Conflict, "KEY_ALREADY_EXISTS", "The key exists already, and the key policy is FAIL_IF_EXISTS.");

    public static StorageRefusedException ConditionFailed(string key) => new(
        StatusCodes.Status409Conflict, "CONDITION_FAILED", $"The conditions for the key \"{key}\" do not hold; nothing was changed.");

    public static StorageRefusedException TooManyRequests() => new(
        StatusCodes.Status429TooManyRequests, "RATE_LIMIT_EXCEEDED", "The rate limit of this installation is exceeded.");
}
