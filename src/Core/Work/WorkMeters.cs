using System.Diagnostics.Metrics;

namespace ForgeOrleans.Work;

/// <summary>What an operator's metrics show of work: the meter <c>ForgeOrleans.Work</c>.</summary>
public sealed class WorkMeters
{
    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments.</summary>
    /// <param name="factory">The application's meters.</param>
    public WorkMeters(IMeterFactory factory)
    {
        var meter = factory.Create("ForgeOrleans.Work");
        _attempts = meter.CreateCounter<long>("forge.work.attempts", description: "Attempts at work that have ended, by kind and outcome.");
        _duration = meter.CreateHistogram<double>("forge.work.duration", "s", "How long attempts at work took, by kind and outcome.");
    }

    internal void Ended(string kind, WorkOutcome? outcome, TimeSpan took)
    {
        var kindTag = KeyValuePair.Create("kind", (object?)kind);
        var outcomeTag = KeyValuePair.Create("outcome", (object?)(outcome?.ToString() ?? "Lost"));
        _attempts.Add(1, kindTag, outcomeTag);
        _duration.Record(took.TotalSeconds, kindTag, outcomeTag);
    }
}
