using System.Text.Json.Nodes;

namespace ForgeOrleans.Verification.Tokens;

/// <summary>What a Forge Invocation Token is to say, as the emulator's <c>POST /mint</c> takes it.</summary>
internal sealed record TokenWish
{
    public const string Nobody = "anonymous";

    public string? Site { get; init; }

    /// <summary>An account id, or <see cref="Nobody"/>; null for the site's first user.</summary>
    public string? User { get; init; }

    public string? Module { get; init; }

    public bool FromFunction { get; init; }

    public double? ExpiresIn { get; init; }

    /// <summary>A merge patch over the claims.</summary>
    public JsonObject Claims { get; init; } = [];

    /// <summary>The same with other claims.</summary>
    public TokenWish With(JsonObject claims) => this with { Claims = Patch.Combine(Claims, claims) };

    /// <summary>The same for an installation.</summary>
    /// <param name="installation">Its bare uuid.</param>
    /// <param name="cloudId">Its site; null leaves it the one it is on.</param>
    public TokenWish On(Guid installation, Guid? cloudId = null)
    {
        var id = $"ari:cloud:ecosystem::installation/{installation}";
        var moved = With(new() { ["app"] = new JsonObject { ["installationId"] = id, ["installation"] = new JsonObject { ["id"] = id } } });
        return cloudId is null ? moved : moved.With(new() { ["context"] = new JsonObject { ["cloudId"] = $"{cloudId}" } });
    }
}
