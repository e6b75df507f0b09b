using System.Globalization;

namespace ForgeOrleans.Testing;

/// <summary>A request that the platform sent to a remote.</summary>
public sealed record RemoteRequest
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>When it was sent.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it is: <c>invoke</c>, <c>fetch</c>, <c>function</c>, <c>event</c>, <c>lifecycle</c>, <c>trigger</c>, <c>preUninstall</c> or <c>webTrigger</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The site's id.</summary>
    public required string Site { get; init; }

    /// <summary>The account id of the user in session; null for nobody.</summary>
    public string? User { get; init; }

    /// <summary>The user's name.</summary>
    public string? UserName { get; init; }

    /// <summary>The key of the module that it comes from.</summary>
    public required string Module { get; init; }

    /// <summary>The event's type, or the trigger's key; null for a call that somebody made.</summary>
    public string? Key { get; init; }

    /// <summary>The remote's key.</summary>
    public required string Remote { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>Path and query.</summary>
    public required string Path { get; init; }

    /// <summary>The answer's status; null for none.</summary>
    public int? Status { get; init; }

    /// <summary>How long the answer took, in milliseconds; null while it is under way.</summary>
    public long? Took { get; init; }

    /// <summary>Whether the remote kept the contract.</summary>
    public required ContractVerdict Verdict { get; init; }

    /// <summary>What the platform makes of the answer, in its own words.</summary>
    public string? Says { get; init; }

    /// <summary>What the remote did against the contract.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>The number of the delivery; null for a call that somebody made.</summary>
    public long? Delivery { get; init; }

    /// <summary>Which attempt of the delivery it is, from 1.</summary>
    public int? Attempt { get; init; }

    /// <summary>The request that was sent once more.</summary>
    public long? ReplayOf { get; init; }

    /// <summary>All of it in a few lines: what was sent, what came back, and what was wrong.</summary>
    internal string Told()
    {
        var what = Key is null ? $"as {UserName ?? "nobody"}" : $"with {Key}{(Attempt > 1 ? $", attempt {Attempt}" : "")}";
        var answer = Took is null ? "no answer yet"
            : string.Create(CultureInfo.InvariantCulture, $"{(Status is { } status ? $"answered {status}" : "no answer")} after {Took} ms: {Says}");
        return string.Concat(
            $"{Method} {Path} {what} on {Site}: {answer}.",
            string.Concat(Findings.Select(finding => $"{Environment.NewLine}  {finding.Message} (contract, section {finding.Section})")));
    }
}

/// <summary>Whether a remote kept the contract with its answer to a request.</summary>
public enum ContractVerdict
{
    /// <summary>Not known yet: it is under way.</summary>
    Running,

    /// <summary>It did.</summary>
    Kept,

    /// <summary>It did, but there is something to mend.</summary>
    Warned,

    /// <summary>It did not.</summary>
    Broken,
}
