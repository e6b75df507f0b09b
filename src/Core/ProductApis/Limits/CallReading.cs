namespace ForgeOrleans.ProductApis.Limits;

/// <summary>What one answer of a product says of its limits (contract section 6).</summary>
/// <param name="Product">The product.</param>
/// <param name="Endpoint">The endpoint that answered, with the method.</param>
public sealed record CallReading(string Product, string Endpoint)
{
    /// <summary>The issue that was written to, if one was.</summary>
    public string? Issue { get; init; }

    /// <summary>The points of the app on this site.</summary>
    public QuotaReading? Site { get; init; }

    /// <summary>The points of the app on all sites.</summary>
    public QuotaReading? App { get; init; }

    /// <summary>Requests a second that the endpoint takes.</summary>
    public int? PerSecond { get; init; }

    /// <summary>The product announces that a limit is near.</summary>
    public bool IsNearLimit { get; init; }

    /// <summary>The call was refused with 429.</summary>
    public CallRefusal? Refusal { get; init; }
}

/// <summary>What a product says of an hour's points.</summary>
/// <param name="Limit">How many there are.</param>
/// <param name="Remaining">How many are left; left out while few are used.</param>
/// <param name="ResetAfter">When they begin anew.</param>
public sealed record QuotaReading(long? Limit, long? Remaining, TimeSpan? ResetAfter);

/// <summary>A call was answered 429.</summary>
/// <param name="Reason">The product's <c>RateLimit-Reason</c>; null when it gave none.</param>
/// <param name="RetryAfter">When to call again, by its headers; null when they say nothing that can be used.</param>
/// <param name="ResetHasPassed">Its headers name a time that has passed.</param>
public sealed record CallRefusal(string? Reason, TimeSpan? RetryAfter, bool ResetHasPassed = false)
{
    // A quota ends with its hour, whatever else is missing. A reset that has passed says that the hour is not it.
    internal TimeSpan Lasts(CallLimit limit, TimeSpan now) => RetryAfter switch
    {
        { } asked when asked > TimeSpan.Zero => asked,
        null when !ResetHasPassed && limit is HourQuota quota => quota.UntilEnd(),
        _ => limit.Backoff(now),
    };
}
