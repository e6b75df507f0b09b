namespace ForgeOrleans.Testing;

/// <summary>How something is delivered; everything is optional.</summary>
public sealed record DeliveryOptions
{
    /// <summary>How often it happens, 1 to 1,000 times; <c>{n}</c> in the payload's texts is the number of each. Of events only.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Whether it is delivered twice.</summary>
    public bool Duplicate { get; init; }

    /// <summary>Platform time until the first attempt.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How often it is tried again, from 0 to 4; null for the platform's 4.</summary>
    public int? Retries { get; init; }

    /// <summary>What to change of its tokens, to see them refused.</summary>
    public TokenChanges? Token { get; init; }

    /// <summary>How many attempts have such a token, before the good ones; null for all.</summary>
    public int? TokenAttempts { get; init; }

    /// <summary>Whether the outcome is waited for. Without it the deliveries are answered as they were begun.</summary>
    public bool Wait { get; init; } = true;

    /// <summary>Whether a delivery that failed is an error. Without it the test looks at the outcome itself.</summary>
    public bool MustSucceed { get; init; } = true;
}
