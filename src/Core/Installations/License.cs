namespace ForgeOrleans.Installations;

/// <summary>The app's license on a site, as the token states it (contract section 3). Every field may be absent.</summary>
public sealed record License
{
    /// <summary>Whether the license is active (<c>active</c>, or the older <c>isActive</c>).</summary>
    public bool? Active { get; init; }

    /// <summary>The kind of license, such as <c>commercial</c>; comes in either case.</summary>
    public string? Type { get; init; }

    /// <summary>How often it is paid.</summary>
    public string? BillingPeriod { get; init; }

    /// <summary>Whether it is an evaluation.</summary>
    public bool? IsEvaluation { get; init; }

    /// <summary>When the subscription ends, as the platform writes it.</summary>
    public string? SubscriptionEndDate { get; init; }

    /// <summary>When the trial ends, as the platform writes it.</summary>
    public string? TrialEndDate { get; init; }

    /// <summary>The edition of the app that was bought.</summary>
    public string? CapabilitySet { get; init; }

    /// <summary>The entitlement's id.</summary>
    public string? EntitlementId { get; init; }

    /// <summary>The entitlement's readable name.</summary>
    public string? EntitlementSlug { get; init; }
}
