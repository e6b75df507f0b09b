using System.Text.Json;

namespace ForgeOrleans.Api.Contract;

/// <summary>An error as it is sent: <c>{ "error": { "code", "message", "traceId", "fields"? } }</c>.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Message">A sentence for the caller.</param>
internal sealed record ForgeError(ForgeErrorCode Code, string Message)
{
    /// <summary>The status, where it is not the code's own.</summary>
    public int? Status { get; init; }

    /// <summary>What is wrong with which field of the request.</summary>
    public IReadOnlyDictionary<string, string[]>? Fields { get; init; }

    /// <summary>When another attempt may succeed.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the connection should end, because what is left on it cannot be trusted or the process is going away.</summary>
    public bool ClosesConnection { get; init; }

    public int StatusCode => Status ?? Code.Status();

    public byte[] ToJson(string traceId)
    {
        using var stream = new MemoryStream(256);
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteString("code", Code.Name());
            writer.WriteString("message", Message);
            writer.WriteString("traceId", traceId);
            if (Fields is not null)
            {
                writer.WriteStartObject("fields");
                foreach (var (field, problems) in Fields)
                {
                    writer.WriteStartArray(field);
                    foreach (var problem in problems)
                        writer.WriteStringValue(problem);
                    writer.WriteEndArray();
                }
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }
}
