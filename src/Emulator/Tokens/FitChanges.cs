using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Tokens;

/// <summary>What to change of a Forge Invocation Token, mostly to see it refused; everything is optional.</summary>
internal record FitChanges
{
    /// <summary>Seconds until the FIT expires; negative for one that has.</summary>
    public double? ExpiresIn { get; init; }

    public string? Audience { get; init; }

    /// <summary>Signed by a key that is not published, under the id of the one that is.</summary>
    public bool Forged { get; init; }

    /// <summary>A merge patch (RFC 7396) over the FIT's claims.</summary>
    public JsonObject? Claims { get; init; }
}
