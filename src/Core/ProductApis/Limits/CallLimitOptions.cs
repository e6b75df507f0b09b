namespace ForgeOrleans.ProductApis.Limits;

/// <summary>What is assumed of the products' rate limits, and how they are shared: the section <c>Forge:ProductApi:Limits</c> (contract section 6).</summary>
public sealed class CallLimitOptions
{
    /// <summary>The share of an hour's points at which background calls stop; what is left is for users who wait. Above 0, at most 1.</summary>
    public double BackgroundShare { get; set; } = 0.7;

    /// <summary>Points an hour that the app has over all its sites, until a product says otherwise. Above 0.</summary>
    public int GlobalPoints { get; set; } = 65_000;

    /// <summary>GETs a second that a site's endpoint takes, until it says otherwise. Above 0.</summary>
    public int Gets { get; set; } = 100;

    /// <summary>POSTs a second that a site's endpoint takes, until it says otherwise. Above 0.</summary>
    public int Posts { get; set; } = 100;

    /// <summary>PUTs a second that a site's endpoint takes, until it says otherwise. Above 0.</summary>
    public int Puts { get; set; } = 50;

    /// <summary>DELETEs a second that a site's endpoint takes, until it says otherwise. Above 0.</summary>
    public int Deletes { get; set; } = 50;

    /// <summary>How long work waits for its turn before it gives its place to other work and is put off. Above zero.</summary>
    public TimeSpan LongestWaitAtWork { get; set; } = TimeSpan.FromSeconds(20);

    internal int Burst(string method) => method switch
    {
        "GET" or "HEAD" => Gets,
        "POST" => Posts,
        "DELETE" => Deletes,
        _ => Puts,
    };

    /// <exception cref="ForgeConfigurationException">Something is wrong with them.</exception>
    internal void Check()
    {
        if (!(BackgroundShare is > 0 and <= 1))
            throw new ForgeConfigurationException("Forge:ProductApi:Limits:BackgroundShare must be more than 0 and at most 1. It is the share of an hour's points at which work stops, such as 0.7.");
        foreach (var (value, key) in ((int, string)[])[(GlobalPoints, nameof(GlobalPoints)), (Gets, nameof(Gets)), (Posts, nameof(Posts)), (Puts, nameof(Puts)), (Deletes, nameof(Deletes))])
            if (value <= 0)
                throw new ForgeConfigurationException($"Forge:ProductApi:Limits:{key} must be more than 0.");
        if (LongestWaitAtWork <= TimeSpan.Zero)
            throw new ForgeConfigurationException("Forge:ProductApi:Limits:LongestWaitAtWork must be more than nothing, such as 00:00:20.");
    }
}
