using System.Text;
using System.Text.Json;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>What a remote answered, or why it did not. Whoever sent the request says at the end what the platform makes of it.</summary>
internal sealed class RemoteAnswer(SentRequest sent, TimeSpan took)
{
    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 1000 };
    private readonly Lazy<JsonElement?> _json = new(() => null);

    /// <summary>The answer's status; null when there was none.</summary>
    public int? Status { get; init; }

    public string? ReasonPhrase { get; init; }

    /// <summary>The headers, by their names in lower case.</summary>
    public IReadOnlyDictionary<string, string[]> Headers { get; init; } = new Dictionary<string, string[]>();

    public byte[] Body
    {
        get;
        init
        {
            field = value;
            _json = new Lazy<JsonElement?>(() => Parse(value));
        }
    } = [];

    /// <summary>How long the body was in all: its end isn't read where nobody wants it.</summary>
    public long Bytes { get; init; }

    /// <summary>Why there is no answer; null when there is one.</summary>
    public RemoteFailure? Failure { get; init; }

    /// <summary>What the failure was in the words of the machine.</summary>
    public string? Cause { get; init; }

    /// <summary>The names of the tokens that the remote gave away.</summary>
    public IReadOnlyList<string> GivenAway { get; init; } = [];

    public TimeSpan Took => took;

    public RemoteCall Call => sent.Call;

    /// <summary>The request that this is the answer to.</summary>
    public SentRequest Request => sent;

    /// <summary>Whether the status is 2xx.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The body as JSON; null when it is none.</summary>
    public JsonElement? Json => _json.Value;

    /// <summary>Says what the platform makes of it, which ends the request.</summary>
    public void Conclude(string says, Finding? further = null)
    {
        var findings = ContractRules.Check(this);
        sent.End(new SentRequest.Outcome(
            Status, took, says, further is null ? findings : [.. findings, further], Headers, new KeptBody(KeptBody.Of(Body).Start, Bytes)));
    }

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            // By way of a string, as JavaScript does it: bytes that are no UTF-8 are replaced, not refused.
            return JsonDocument.Parse(Encoding.UTF8.GetString(body).TrimStart('\uFEFF'), Lenient).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Why there is no answer.</summary>
internal enum RemoteFailure
{
    /// <summary>None came in time.</summary>
    TimedOut,

    /// <summary>The remote could not be reached, or the connection broke.</summary>
    Network,

    /// <summary>There was one, and it was larger than the platform lets through.</summary>
    TooLarge,
}
