using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Live;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>A request to a remote in the feed, while it is under way and afterwards.</summary>
internal sealed class SentRequest
{
    private readonly Changes _changes;
    private readonly string? _unsignedFit;
    private volatile Outcome? _outcome;
    private long _version;

    public SentRequest(long id, DateTimeOffset at, RemoteCall call, HttpRequestMessage request, Changes changes)
    {
        (Id, At, Call, Method, _changes) = (id, at, call, request.Method.Method, changes);
        Path = TokenMask.Hide(request.RequestUri!.PathAndQuery);
        Url = request.RequestUri;
        Headers = [.. HeadersOf(request)];
        Body = KeptBody.Of(request.Content);
        _unsignedFit = TokenMask.Unsigned(request);
    }

    public long Id { get; }

    public DateTimeOffset At { get; }

    public RemoteCall Call { get; }

    public string Method { get; }

    /// <summary>Path and query.</summary>
    public string Path { get; }

    public Uri Url { get; }

    /// <summary>The headers as they were sent, but for the platform's tokens.</summary>
    public IReadOnlyList<KeyValuePair<string, string[]>> Headers { get; }

    public KeptBody Body { get; }

    /// <summary>The number of its last change.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>What has become of it; null while it is under way.</summary>
    public Outcome? Ended => _outcome;

    /// <summary>Tells that it is under way.</summary>
    public void Begin() => _changes.Mark(ref _version);

    /// <summary>Takes down what has become of it.</summary>
    public void End(Outcome outcome)
    {
        _outcome = outcome;
        _changes.Mark(ref _version);
    }

    public RequestVerdict Verdict => _outcome?.Verdict ?? RequestVerdict.Running;

    public RequestSummary Summary() => RequestSummary.Of(this);

    public RequestDetails Details() => new(Summary(), Shown(Hidden(Headers), Body))
    {
        Fit = Fit(),
        Response = _outcome is { Status: not null } answered
            ? Shown(Hidden(answered.Headers), answered.Body)
            : null,
    };

    /// <summary>The first value of a header that it was sent with.</summary>
    public string? Header(string name) => Value(Headers, name);

    private static string? Value(IReadOnlyList<KeyValuePair<string, string[]>> headers, string name) =>
        headers.FirstOrDefault(header => header.Key == name).Value is [var value, ..] ? value : null;

    private static IReadOnlyList<KeyValuePair<string, string[]>> Hidden(IEnumerable<KeyValuePair<string, string[]>> headers) =>
        [.. headers.Select(header => KeyValuePair.Create(header.Key, header.Value.Select(TokenMask.Hide).ToArray()))];

    private static ShownMessage Shown(IReadOnlyList<KeyValuePair<string, string[]>> headers, KeptBody body) => new(
        headers.GroupBy(header => header.Key).ToDictionary(header => header.Key, header => header.SelectMany(one => one.Value).ToArray()),
        body.Text(Value(headers, "content-type")),
        body.Bytes,
        body.IsTruncated);

    private static IEnumerable<KeyValuePair<string, string[]>> HeadersOf(HttpRequestMessage request)
    {
        foreach (var header in request.Headers.NonValidated)
        {
            yield return Shown(header);
        }

        if (request.Content is { } content)
        {
            foreach (var header in content.Headers.NonValidated)
            {
                yield return Shown(header);
            }
        }

        static KeyValuePair<string, string[]> Shown(KeyValuePair<string, HeaderStringValues> header)
        {
            var name = header.Key.ToLowerInvariant();
            return KeyValuePair.Create(name, header.Value.Select(value => TokenMask.WithoutToken(name, value)).ToArray());
        }
    }

    private ShownFit? Fit()
    {
        try
        {
            return _unsignedFit?.Split('.') is [var header, var claims] ? new ShownFit(Decoded(header), Decoded(claims)) : null;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            return null;
        }

        static JsonNode? Decoded(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part));
    }

    /// <summary>What became of a request.</summary>
    /// <param name="Status">The answer's status; null when there was none.</param>
    /// <param name="Took">How long it took.</param>
    /// <param name="Says">What the platform makes of it, in its own words.</param>
    /// <param name="Findings">What the remote did against the contract.</param>
    /// <param name="Headers">The answer's headers, by their names in lower case.</param>
    /// <param name="Body">The answer's body.</param>
    public sealed record Outcome(
        int? Status,
        TimeSpan Took,
        string Says,
        IReadOnlyList<Finding> Findings,
        IReadOnlyDictionary<string, string[]> Headers,
        KeptBody Body)
    {
        public RequestVerdict Verdict { get; } =
            Findings.Count is 0 ? RequestVerdict.Kept
            : Findings.Any(finding => finding.Severity is FindingSeverity.Error) ? RequestVerdict.Broken
            : RequestVerdict.Warned;
    }
}
