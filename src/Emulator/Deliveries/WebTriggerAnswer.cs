using System.Text;
using System.Text.Json;
using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Requests;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>What a web trigger's caller is answered.</summary>
internal sealed class WebTriggerAnswer
{
    private int Status { get; init; }

    private IEnumerable<KeyValuePair<string, string[]>> Headers { get; init; } = [];

    private byte[] Body { get; init; } = [];

    /// <summary>Why the remote's answer is none; null where it is one.</summary>
    public string? Problem { get; private init; }

    public static WebTriggerAnswer Raw(RemoteAnswer answer) =>
        new() { Status = answer.Status!.Value, Headers = answer.Headers, Body = answer.Body };

    /// <summary>Reads <c>{statusCode, headers: {name: [values]}, body}</c>.</summary>
    public static WebTriggerAnswer Envelope(RemoteAnswer answer) =>
        !answer.IsSuccess ? new WebTriggerAnswer()
        : answer.Json is { } envelope ? Read(envelope)
        : new WebTriggerAnswer { Problem = "the remote's answer is no JSON" };

    public async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        foreach (var (name, values) in Headers.Where(header => !RemoteClient.IsOfConnection(header.Key)))
        {
            response.Headers[name] = values;
        }

        response.Headers.Confine();
        if (Body.Length > 0)
        {
            await response.Body.WriteAsync(Body);
        }
    }

    private static WebTriggerAnswer Read(JsonElement envelope)
    {
        if (envelope.ValueKind is not JsonValueKind.Object
            || !envelope.TryGetProperty("statusCode", out var code)
            || code.ValueKind is not JsonValueKind.Number
            || !code.TryGetInt32(out var status)
            || status is not (>= 200 and <= 599))
        {
            return new WebTriggerAnswer { Problem = "the remote's answer has no statusCode from 200 to 599" };
        }

        var headers = envelope.Object("headers")
            .Select(header => KeyValuePair.Create(header.Name, header.Value.Texts().ToArray()))
            .ToList();
        return headers.Any(header => header.Key is "" || header.Value.Append(header.Key).Any(text => text.Any(char.IsControl)))
            ? new WebTriggerAnswer { Problem = "the remote's answer has a header that is none" }
            : new WebTriggerAnswer { Status = status, Headers = headers, Body = Encoding.UTF8.GetBytes(envelope.Text("body") ?? "") };
    }
}
