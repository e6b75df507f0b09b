namespace ForgeOrleans.Verification.Playing;

/// <summary>A request as it goes over the wire.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Relative to the remote.</param>
/// <param name="Limit">How long the platform waits for the answer.</param>
internal sealed record RemoteRequest(string Method, string Path, TimeSpan Limit)
{
    public byte[]? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Tokens of this request that no answer may repeat.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];
}
