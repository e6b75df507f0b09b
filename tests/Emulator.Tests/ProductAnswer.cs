using System.Net;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>What a product's stand-in answered, and as whom it took the caller.</summary>
internal sealed record ProductAnswer(HttpStatusCode Status, JsonNode Body, string? Principal)
{
    public JsonArray Results => Body["results"]!.AsArray();

    public JsonArray Issues => Body["issues"]!.AsArray();
}
