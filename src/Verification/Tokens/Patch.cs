using System.Text.Json.Nodes;

namespace ForgeOrleans.Verification.Tokens;

/// <summary>Merge patches (RFC 7396) over claims: null takes a member away.</summary>
internal static class Patch
{
    /// <summary>One patch that does what both do, one after the other.</summary>
    public static JsonObject Combine(JsonObject first, JsonObject second)
    {
        var both = first.DeepClone().AsObject();
        foreach (var (name, value) in second)
            both[name] = value is JsonObject inner && both[name] is JsonObject before ? Combine(before, inner) : value?.DeepClone();
        return both;
    }

    /// <summary>A copy of an object with the patch applied.</summary>
    public static JsonObject Applied(JsonObject target, JsonObject patch)
    {
        var changed = target.DeepClone().AsObject();
        foreach (var (name, value) in patch)
            if (value is null)
                changed.Remove(name);
            else
                changed[name] = value is JsonObject inner ? Applied(changed[name] as JsonObject ?? [], inner) : value.DeepClone();
        return changed;
    }
}
