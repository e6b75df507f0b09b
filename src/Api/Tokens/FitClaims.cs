namespace ForgeOrleans.Api.Tokens;

/// <summary>The claims of a Forge Invocation Token as they are written (contract section 3), the large ones as their place in the payload.</summary>
internal sealed class FitClaims
{
    public string? Issuer { get; set; }

    public string? Audience { get; set; }

    public double? Expires { get; set; }

    public double? NotBefore { get; set; }

    public double? IssuedAt { get; set; }

    public string? TokenId { get; set; }

    public string? IcLabel { get; set; }

    public string? Principal { get; set; }

    public Range? App { get; set; }

    public Range? Context { get; set; }
}
