using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>A request to a remote in a line.</summary>
internal record RequestSummary
{
    public required long Id { get; init; }

    /// <summary>When it was sent.</summary>
    public required DateTimeOffset At { get; init; }

    public required RequestKind Kind { get; init; }

    /// <summary>The site's id.</summary>
    public required string Site { get; init; }

    /// <summary>The account id of the user in session; null for nobody.</summary>
    public string? User { get; init; }

    public string? UserName { get; init; }

    /// <summary>The key of the module that it comes from.</summary>
    public required string Module { get; init; }

    /// <summary>The event's type, or the trigger's key; null for a call that somebody made.</summary>
    public string? Key { get; init; }

    /// <summary>The remote's key.</summary>
    public required string Remote { get; init; }

    public required string Method { get; init; }

    /// <summary>Path and query.</summary>
    public required string Path { get; init; }

    /// <summary>The answer's status; null while there is none.</summary>
    public int? Status { get; init; }

    /// <summary>Milliseconds; null while it is under way.</summary>
    public long? Took { get; init; }

    /// <summary>Whether the remote kept the contract.</summary>
    public required RequestVerdict Verdict { get; init; }

    /// <summary>What the platform makes of the answer, in its own words.</summary>
    public string? Says { get; init; }

    /// <summary>What the remote did against the contract.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>The id of the delivery; null for a call that somebody made.</summary>
    public long? Delivery { get; init; }

    /// <summary>Which attempt of the delivery it is, from 1.</summary>
    public int? Attempt { get; init; }

    /// <summary>The id of the request that was sent once more.</summary>
    public long? ReplayOf { get; init; }

    public required RequestState State { get; init; }

    public static RequestSummary Of(SentRequest sent)
    {
        var (call, ended) = (sent.Call, sent.Ended);
        return new RequestSummary
        {
            Id = sent.Id,
            At = sent.At,
            Kind = call.Kind,
            Site = call.Caller.Site.Id,
            User = call.Caller.User?.AccountId,
            UserName = call.Caller.User?.Name,
            Module = call.Parcel?.ModuleKey ?? call.Caller.Module.Key,
            Key = call.Parcel?.Key,
            Remote = call.Remote.Key,
            Method = sent.Method,
            Path = sent.Path,
            Status = ended?.Status,
            Took = (long?)ended?.Took.TotalMilliseconds,
            Verdict = ended?.Verdict ?? RequestVerdict.Running,
            Says = ended?.Says,
            Findings = ended?.Findings ?? [],
            Delivery = call.Attempt?.Delivery,
            Attempt = call.Attempt?.Attempt,
            ReplayOf = call.ReplayOf,
            State = ended is null ? RequestState.Running : RequestState.Done,
        };
    }
}

/// <summary>A request to a remote with all that is kept of it; never a token.</summary>
internal sealed record RequestDetails : RequestSummary
{
    [SetsRequiredMembers]
    public RequestDetails(RequestSummary summary, ShownMessage request)
        : base(summary) => Request = request;

    /// <summary>What its token says.</summary>
    [JsonPropertyOrder(1)]
    public ShownFit? Fit { get; init; }

    [JsonPropertyOrder(1)]
    public ShownMessage Request { get; }

    /// <summary>Null while there is no answer.</summary>
    [JsonPropertyOrder(1)]
    public ShownMessage? Response { get; init; }
}

/// <summary>What a Forge Invocation Token says.</summary>
internal sealed record ShownFit(JsonNode? Header, JsonNode? Claims);

/// <summary>One side of a request.</summary>
/// <param name="Headers">The headers, by their names in lower case.</param>
/// <param name="Body">The body, or its beginning.</param>
/// <param name="Bytes">How long it was in all.</param>
/// <param name="Truncated">Whether only its beginning is kept.</param>
internal sealed record ShownMessage(IReadOnlyDictionary<string, string[]> Headers, string Body, long Bytes, bool Truncated);
