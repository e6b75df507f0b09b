namespace ForgeOrleans.Emulator.Bridge;

/// <summary>Reads the method of a call, which is whatever its caller wrote.</summary>
internal static class CallMethod
{
    /// <summary>The method with a name; GET without one.</summary>
    /// <exception cref="CallRefusedException">That is no method.</exception>
    public static HttpMethod Of(string? name)
    {
        try
        {
            return name is null ? HttpMethod.Get : new HttpMethod(name);
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException)
        {
            throw CallRefusedException.Rejection($"\"{name}\" is no method.");
        }
    }
}
