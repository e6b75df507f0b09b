namespace ForgeOrleans.Testing;

/// <summary>What the caller of a web trigger's URL gets: the remote's answer, or the platform's 500 or 504 where that was none.</summary>
public sealed class WebTriggerAnswer : RemoteAnswer
{
    private WebTriggerAnswer(int status, IReadOnlyDictionary<string, string> headers, byte[] body) => (Status, Headers, Body) = (status, headers, body);

    /// <inheritdoc />
    public override int Status { get; }

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string> Headers { get; }

    /// <inheritdoc />
    public override ReadOnlyMemory<byte> Body { get; }

    internal static async Task<WebTriggerAnswer> ReadAsync(HttpResponseMessage response, CancellationToken ct) => new(
        (int)response.StatusCode,
        Joined(response.Headers.Concat(response.Content.Headers).Select(header => KeyValuePair.Create(header.Key, header.Value.ToArray()))),
        await response.Content.ReadAsByteArrayAsync(ct));
}
