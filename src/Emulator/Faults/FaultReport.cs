namespace ForgeOrleans.Emulator.Faults;

/// <summary>A fault that is on.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Site">The id of the site that is called.</param>
/// <param name="Product">The product.</param>
/// <param name="Path">What the path begins with.</param>
/// <param name="Method">The method.</param>
/// <param name="Principal">As whom the call is made.</param>
/// <param name="Reason">The reason of a 429.</param>
/// <param name="Status">The status of an error.</param>
/// <param name="RetryAfter">Seconds.</param>
/// <param name="Delay">How many seconds late the answer is; null when it is not.</param>
/// <param name="Processed">Whether the call has done its work before it fails.</param>
/// <param name="Headers">Headers in place of those that the answer would have.</param>
/// <param name="Hits">How many calls it has met.</param>
/// <param name="Left">How many it will meet; null for all.</param>
/// <param name="Until">When it ends by itself.</param>
internal sealed record FaultReport(
    long Id,
    FaultKind Kind,
    string? Site,
    string? Product,
    string? Path,
    string? Method,
    string? Principal,
    string? Reason,
    int? Status,
    int? RetryAfter,
    double? Delay,
    bool Processed,
    IReadOnlyDictionary<string, string?> Headers,
    int Hits,
    int? Left,
    DateTimeOffset? Until)
{
    public static FaultReport Of(Fault fault, int hits) => new(
        fault.Id,
        fault.Kind,
        fault.Site,
        fault.Product,
        fault.Path,
        fault.Method,
        fault.Principal,
        fault.Reason,
        fault.Status,
        fault.RetryAfter,
        fault.Kind is FaultKind.Slow ? fault.Delay : null,
        fault.Processed,
        fault.Headers,
        hits,
        fault.Count - hits,
        fault.Until);
}

/// <summary>The faults that are on.</summary>
internal sealed record FaultList(IReadOnlyList<FaultReport> Faults);
