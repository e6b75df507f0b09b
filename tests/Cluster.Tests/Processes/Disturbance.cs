namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>What the sites of a load felt of something that happened to the cluster.</summary>
internal sealed class Disturbance(Load load, TimeSpan happened)
{
    private readonly List<Call> _disturbed = [.. load.Calls.Where(call => call.Ended > happened && !call.IsUndisturbed)];

    /// <summary>Per disturbed site, when the last call that failed or took long was over, counted from what happened.</summary>
    public IReadOnlyList<TimeSpan> Recoveries => [.. _disturbed.GroupBy(call => call.Site).Select(calls => calls.Max(call => call.Ended) - happened).Order()];

    public TimeSpan Longest => load.Calls.Max(call => call.Took);

    public IEnumerable<Call> Failures => _disturbed.Where(call => call.Failure is not null);

    public override string ToString()
    {
        var recoveries = Recoveries;
        var times = recoveries.Count == 0 ? "" : $", again after {recoveries[0].TotalSeconds:f1} / {recoveries[recoveries.Count / 2].TotalSeconds:f1} / {recoveries[^1].TotalSeconds:f1} s";
        var failures = string.Join("; ", Failures.GroupBy(call => $"{call.Method} {(call.Status is { } status ? (int)status : 0)}").Select(calls => $"{calls.Count()}x {calls.Key}"));
        return $"{load.Calls.Count} calls, {_disturbed.Count} slow or failed of {recoveries.Count} sites{times}; longest {Longest.TotalSeconds:f1} s; failed: {(failures.Length == 0 ? "none" : failures)}";
    }
}
