namespace ForgeOrleans;

/// <summary>The closed list of error codes that a remote answers with. On the wire they are written in snake case.</summary>
public enum ForgeErrorCode
{
    /// <summary><c>invalid_request</c>, 400: the request cannot be understood or does not validate.</summary>
    InvalidRequest,

    /// <summary><c>invalid_token</c>, 401: the Forge Invocation Token did not verify. Nothing else is ever 401 (contract section 4).</summary>
    InvalidToken,

    /// <summary><c>forbidden</c>, 403: the caller is known and may not do this.</summary>
    Forbidden,

    /// <summary><c>not_found</c>, 404.</summary>
    NotFound,

    /// <summary><c>method_not_allowed</c>, 405.</summary>
    MethodNotAllowed,

    /// <summary><c>conflict</c>, 409: the document was changed by somebody else.</summary>
    Conflict,

    /// <summary><c>payload_too_large</c>, 413.</summary>
    PayloadTooLarge,

    /// <summary><c>unsupported_media_type</c>, 415.</summary>
    UnsupportedMediaType,

    /// <summary><c>internal_error</c>, 500: a handler failed; the log has the reason.</summary>
    InternalError,

    /// <summary><c>response_too_large</c>, 500: a handler answered more than the platform passes on.</summary>
    ResponseTooLarge,

    /// <summary><c>bad_gateway</c>, 502: a handler answered what the platform would refuse, or a product did.</summary>
    BadGateway,

    /// <summary><c>token_unavailable</c>, 503: the site has no access token for the call that a handler wanted to make.</summary>
    TokenUnavailable,

    /// <summary><c>unavailable</c>, 503: this process cannot serve the request now; another attempt may succeed.</summary>
    Unavailable,

    /// <summary><c>deadline_exceeded</c>, 504: the handler did not finish before the platform would have given up.</summary>
    DeadlineExceeded,
}
