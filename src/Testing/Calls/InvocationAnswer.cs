using System.Text;
using System.Text.Json;

namespace ForgeOrleans.Testing;

/// <summary>What a caller of a remote gets: an answer, or the platform's rejection.</summary>
public sealed class InvocationAnswer : RemoteAnswer
{
    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly AnswerOnTheWire? _answer;

    private InvocationAnswer(ReportOnTheWire report)
    {
        (Request, _answer, Rejection) = (report.Request, report.Answer, report.Rejection);
        Headers = Joined(report.Answer?.Headers ?? []);
        Body = Bytes(report.Answer);
    }

    /// <summary>Whether the frontend's promise rejects: the platform did not take the remote's answer for one, or there was none.</summary>
    public bool IsRejected => Rejection is not null;

    /// <summary>What it rejects with, in the platform's words; null for an answer.</summary>
    public string? Rejection { get; }

    /// <summary>The request to the remote, with what it did against the contract. Its <see cref="RemoteRequest.Status"/> is there for a rejection too.</summary>
    public RemoteRequest Request { get; }

    /// <inheritdoc />
    /// <exception cref="ForgeTestException">The call was rejected.</exception>
    public override int Status => _answer?.Status ?? throw new ForgeTestException($"The call was rejected, so there is no answer. {Request.Told()}");

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string> Headers { get; }

    /// <inheritdoc />
    public override ReadOnlyMemory<byte> Body { get; }

    /// <inheritdoc />
    public override string ToString() => IsRejected ? $"rejected: {Rejection}" : base.ToString();

    internal static InvocationAnswer Of(ReportOnTheWire report) => new(report);

    // A text comes as one, and so does what is neither JSON nor a text, as base64.
    private static byte[] Bytes(AnswerOnTheWire? answer) => answer switch
    {
        null or { Body: null } => [],
        { IsAttachment: true, Body: { ValueKind: JsonValueKind.String } encoded } => encoded.GetBytesFromBase64(),
        { Body: { ValueKind: JsonValueKind.String } text } when !IsJson(answer) => Encoding.UTF8.GetBytes(text.GetString()!),
        { Body: { } json } => JsonSerializer.SerializeToUtf8Bytes(json, Unescaped),
    };

    private static bool IsJson(AnswerOnTheWire answer) =>
        answer.Headers.TryGetValue("content-type", out var type) && type.Any(value => value.Contains("json", StringComparison.OrdinalIgnoreCase));

    internal sealed record ReportOnTheWire(RemoteRequest Request, AnswerOnTheWire? Answer, string? Rejection);

    internal sealed record AnswerOnTheWire(int Status, Dictionary<string, string[]> Headers, JsonElement? Body, bool IsAttachment = false);
}
