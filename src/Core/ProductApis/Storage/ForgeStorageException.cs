namespace ForgeOrleans.ProductApis.Storage;

/// <summary>Forge storage did not do what it was asked. Those that a caller can do something about have types of their own.</summary>
/// <param name="code">What kind of failure this is; it decides the HTTP status of an answer.</param>
/// <param name="error">The platform's code, such as <c>MAX_SIZE</c>.</param>
/// <param name="message">What happened, and what helps.</param>
public class ForgeStorageException(ForgeErrorCode code, string error, string message) : ForgeException(code, message)
{
    /// <summary>The platform's code, such as <c>MAX_SIZE</c>; <c>UNKNOWN_ERROR</c> when it gave none.</summary>
    public string Error { get; } = error;

    /// <summary>The HTTP status that the platform answered; null when nothing was sent.</summary>
    public int? Status { get; init; }

    /// <summary>The platform's name for the call, for its support; null when it gave none.</summary>
    public string? TraceId { get; init; }
}

/// <summary>
/// A key, a value, a page or a number of operations is beyond what Forge storage takes (<see cref="StorageLimits"/>). Mostly found before
/// anything was sent. Unless the handler catches it, the caller is answered 400, or 413 for what is too large.
/// </summary>
/// <param name="error">The platform's code.</param>
/// <param name="message">Which limit, and what helps.</param>
public sealed class ForgeStorageLimitException(string error, string message) : ForgeStorageException(
    error == StorageErrors.MaxSize ? ForgeErrorCode.PayloadTooLarge : ForgeErrorCode.InvalidRequest, error, message);

/// <summary>
/// Forge storage does not understand a request: an entity, an index or a condition that the manifest does not allow. It is a fault of the app:
/// unless the handler catches it, the caller is answered 500.
/// </summary>
/// <param name="error">The platform's code.</param>
/// <param name="message">What it does not understand.</param>
public sealed class ForgeStorageRequestException(string error, string message) : ForgeStorageException(ForgeErrorCode.InternalError, error, message);

/// <summary>
/// Something is not as the write demanded: the key exists already, or a condition of the transaction does not hold. Nothing was changed. Unless the
/// handler catches it, the caller is answered 409.
/// </summary>
/// <param name="error">The platform's code.</param>
/// <param name="message">What was demanded.</param>
public sealed class ForgeStorageConflictException(string error, string message) : ForgeStorageException(ForgeErrorCode.Conflict, error, message);

/// <summary>
/// The site has used up its share of Forge storage for now; work is put off for as long as the platform asks. Unless the handler catches it, the
/// caller is answered 503 with <c>Retry-After</c>.
/// </summary>
/// <param name="error">The platform's code.</param>
/// <param name="message">What happened.</param>
public sealed class ForgeStorageRateLimitException(string error, string message) : ForgeStorageException(ForgeErrorCode.Unavailable, error, message);

/// <summary>Forge storage does not let the app in. Unless the handler catches it, the caller is answered 502.</summary>
/// <param name="error">The platform's code.</param>
/// <param name="message">What is missing.</param>
public sealed class ForgeStorageAccessException(string error, string message) : ForgeStorageException(ForgeErrorCode.BadGateway, error, message);
