using System.Text.Json;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Testing;

/// <summary>What to change of a call's Forge Invocation Token, mostly to see the call refused (contract, section 3).</summary>
public sealed record TokenChanges
{
    /// <summary>Signed by a key that is not published, under the id of the one that is.</summary>
    public static TokenChanges Forged { get; } = new() { IsForged = true };

    /// <summary>Expired five minutes ago.</summary>
    public static TokenChanges Expired { get; } = new() { ExpiresIn = TimeSpan.FromMinutes(-5) };

    /// <summary>For another app.</summary>
    public static TokenChanges OfAnotherApp { get; } = new() { Audience = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-000000000000" };

    /// <summary>Whether it is signed by somebody else than the platform.</summary>
    public bool IsForged { get; init; }

    /// <summary>How long it is good for; negative for one that has expired, null for the platform's 25 s.</summary>
    public TimeSpan? ExpiresIn { get; init; }

    /// <summary>Whom it is for; null for the app.</summary>
    public string? Audience { get; init; }

    /// <summary>What becomes JSON: a merge patch (RFC 7396) over its claims, in which null takes one away. The platform signs what comes of it.</summary>
    public object? Claims { get; init; }

    /// <summary>A token with other claims, which the platform signs all the same: <c>WithClaims(new { principal = (string?)null })</c>.</summary>
    /// <param name="claims">What becomes JSON: a merge patch over the claims.</param>
    public static TokenChanges WithClaims(object claims) => new() { Claims = claims };

    /// <summary>As the emulator takes it.</summary>
    internal object OnTheWire(int? attempts = null) => new
    {
        Forged = IsForged,
        ExpiresIn = ExpiresIn?.TotalSeconds,
        Audience,
        Claims = ClaimsAsObject(),
        Attempts = attempts,
    };

    private JsonObject? ClaimsAsObject() => Claims is null ? null
        : JsonSerializer.SerializeToNode(Claims, Claims.GetType(), JsonSerializerOptions.Web) as JsonObject
            ?? throw new ForgeTestException("The claims of a token are an object: WithClaims(new { iss = \"somebody\" }).");
}
