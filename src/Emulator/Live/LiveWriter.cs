using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ForgeOrleans.Emulator.Live;

/// <summary>Writes server-sent events. It waits for a slow reader, whom what changes meanwhile costs nothing.</summary>
internal sealed class LiveWriter(Stream output, JsonSerializerOptions json)
{
    public async Task WriteAsync(LiveEvent change, CancellationToken ct)
    {
        await output.WriteAsync(
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {change.Version}\nevent: {change.Name}\ndata: ")), ct);
        await output.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(change.Data, change.Data.GetType(), json), ct);
        await output.WriteAsync("\n\n"u8.ToArray(), ct);
    }

    /// <summary>A comment, which keeps the connection open and finds out whether somebody reads still.</summary>
    public async Task PingAsync(CancellationToken ct)
    {
        await output.WriteAsync(": still here\n\n"u8.ToArray(), ct);
        await FlushAsync(ct);
    }

    public Task FlushAsync(CancellationToken ct) => output.FlushAsync(ct);
}
