using System.Text.Json.Nodes;

namespace ForgeOrleans.Verification.Tokens;

/// <summary>A good Forge Invocation Token with what it says, and the access tokens that go with it.</summary>
internal sealed record MintedToken(string Fit, JsonObject Claims, string SystemToken, string? UserToken);
